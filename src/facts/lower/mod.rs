//! From a syntax tree to facts, in one walk.

use super::FileFacts;

/// Lowers the tree of a `.py` file.
pub fn lower(_tree: &tree_sitter::Tree, _text: &str) -> FileFacts {
    FileFacts::default()
}

/// Lowers the text of a stub that is known to be valid.
pub fn lower_stub(_text: &str) -> FileFacts {
    FileFacts::default()
}
