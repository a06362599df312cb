// Only here for the headers that are compiled with it: see CMakeLists.txt.
