//! Finding, reading, decoding and parsing source files.
