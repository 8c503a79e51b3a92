// The next item is there before the server has answered.
