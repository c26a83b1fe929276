//! A new migration must be compiled in: the macro that embeds them notices changed files, but not added ones.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
