"""What people see: Qt windows, view-models, texts. Screens do not know each other; views decide nothing."""
