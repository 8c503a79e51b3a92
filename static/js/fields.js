// What is typed is checked while it is typed.
