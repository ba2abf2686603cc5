"""Facts of the OCPI protocol as tables, per version; no behaviour beyond reading a table lives here."""
