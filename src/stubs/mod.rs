//! What the standard library and installed packages say about themselves.
//!
//! - [`Stubs`]: the standard library, lowered ahead of time from typeshed and bundled as one compressed file.
//! - [`build()`]: makes that file from a typeshed folder.
//! - [`Installed`]: typed third-party packages of the project's environment, lowered on demand.
//!
//! Nothing here is evaluated: `if sys.version_info >= …` stays in the facts, for the layer that knows the target.

mod build;
mod bundle;
mod environment;
mod installed;

pub use build::{BuildError, build};
pub use bundle::{BundleError, Stubs};
pub use installed::{Installed, InstalledModule};
