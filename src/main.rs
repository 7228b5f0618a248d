//! The binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    hintwright::commands::run()
}
