"""fieldapp: offline recording of digital-payment workshops, melas and Chai-Samosa sessions."""

__version__ = "0.1.0"
