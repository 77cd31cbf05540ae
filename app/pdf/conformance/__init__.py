"""What makes a paper archival and accessible: one file that is PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1).

The layout engine writes one of the two profiles; the parts here add the other through its hooks:
``metadata`` declares both, ``tagging`` mends the tree of the document, ``artifacts`` takes page
furniture out of the reading order, ``record`` embeds the frozen data, and ``validation`` judges the
finished file.
"""
