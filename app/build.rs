//! Templates and texts are compiled in: a changed file means this crate is compiled again.

fn main() {
    println!("cargo::rerun-if-changed=../themes");
    println!("cargo::rerun-if-changed=../translations");
}
