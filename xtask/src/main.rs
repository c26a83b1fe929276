//! `cargo xtask tidy [--shrink]`: the checks of the library, for the command line. `cargo xtask examples`: the packages whose
//! documentation has examples to run, one a line.

use std::{io::Write as _, path::Path, process::ExitCode};

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let mut out = std::io::stderr();
    match arguments.as_slice() {
        ["tidy"] => {}
        ["tidy", "--shrink"] => xtask::shrink(&root)?,
        ["examples"] => {
            let packages = xtask::examples(&root)?;
            writeln!(std::io::stdout(), "{}", packages.join("\n"))?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {
            writeln!(out, "usage: cargo xtask tidy [--shrink] | examples")?;
            return Ok(ExitCode::from(2));
        }
    }
    let findings = xtask::tidy(&root)?;
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
