// Keys as one likes them, kept in this browser.
