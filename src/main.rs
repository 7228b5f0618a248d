//! The binary; everything is in the library.

use std::process::ExitCode;

/// Types are small and come and go by the million, on all threads at once. It stands in for `malloc`, too: memory in
/// which a syntax tree was serves what is made of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hintwright::commands::run()
}
