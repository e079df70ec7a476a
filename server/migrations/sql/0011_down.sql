-- Take revision 0011 back. The tickets stay; nobody knows any more which of them are blanks of which device.
DROP TABLE blanks;
