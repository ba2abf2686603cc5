"""Facts of the OCPI protocol as tables, per version; no behaviour lives here."""
