"""The installed name of the project; the folders live at the top of the checkout and are linked here."""
