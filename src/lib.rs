//! hintwright adds type hints to untyped Python repositories.
//!
//! It reads a repository, lowers each file to owned facts, joins the files, infers types and shapes to a fixpoint, and
//! turns the solved model into proposals, edits and finally files:
//!
//! ```text
//! paths -> source -> facts -> project -> infer -> transforms -> plan -> diff | review | apply
//!                      ^         ^
//!                    stubs (the standard library and installed packages, lowered by the same code)
//! ```
//!
//! The modules are listed in the order of the layers: a module imports only from modules above it, which
//! `tests/layers.rs` checks. No code of the project under analysis is ever run, and nothing but [`commands`] prints.

// Names, byte ranges, line numbers, edits with commit and rollback; no Python, no disk.
pub mod text;

// Files found, decoded, checked and parsed, and the style they are written in.
pub mod source;

// The type lattice: joins, the classes every file knows, annotations rendered for a version of Python.
pub mod types;

// What one file says, as owned and serialisable data; the last place that sees a syntax tree.
pub mod facts;

// What typeshed, bundled, and installed packages, on demand, say.
pub mod stubs;

// All files together: imports, classes with their bases, signatures, the slots that can be annotated.
pub mod project;

// From evidence to types and shapes: evaluation in rounds, solving, and what the program contradicts.
pub mod infer;

// Changes as a reviewer meets them, and the trait of what proposes them.
pub mod proposal;

// The catalogue of transforms, one folder each.
#[path = "../transforms/mod.rs"]
pub mod transforms;

// From proposals to edits: names, places, imports, conflicts.
pub mod plan;

// Atomic replacement of files, and the journal that undoes it.
pub mod write;

// Pure text from a plan: diffs, review cards, summaries.
pub mod report;

// Settings from flags and configuration files.
pub mod config;

// One file per verb; the only place with a terminal and exit codes.
pub mod commands;
