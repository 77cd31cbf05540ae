"""The electronic seal of a letter: PAdES, one revision over the whole file, nothing may be changed after it.

``means`` says with what is sealed, ``keys`` opens the key, ``sealing`` seals and renews, ``field`` is the
place of the seal in the file, ``checking`` judges a sealed file without any server. The signing library is
loaded in the render process and on the command line only.
"""
