//! Tasks of the project that are not the product: `cargo xtask tidy`.

fn main() {}
