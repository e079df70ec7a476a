"""The door screen: live picture, verdict, last scans, search, and one strip that says whether all is well."""
