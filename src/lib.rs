//! hintwright adds type hints to untyped Python repositories.
//!
//! The modules are listed in the order of the layers: a module imports only from modules above it.

pub mod text;

pub mod source;

pub mod types;

pub mod facts;

pub mod stubs;

pub mod project;

pub mod infer;

pub mod proposal;

#[path = "../transforms/mod.rs"]
pub mod transforms;

pub mod plan;

pub mod write;

pub mod report;

pub mod config;

pub mod commands;
