//! The `motcua` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    motcua::cli::run()
}
