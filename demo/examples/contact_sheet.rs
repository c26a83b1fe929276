//! Draws every picture of both stores into a folder, with one page to look at them all:
//! `cargo run -p demo --example contact_sheet -- /tmp/sheet`.

use std::{fmt::Write as _, fs, path::PathBuf};

use demo::{art, content::Content, pictures::pictures_of};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><title>Contact sheet</title><style>body{font:12px system-ui;display:grid;\
         grid-template-columns:repeat(auto-fill,180px);gap:12px}img{width:180px;border-radius:8px}p{margin:4px 0}</style>",
    );
    for content in [Content::souk()?, Content::toko()?] {
        for (shelf, product) in content.products() {
            for (index, planned) in pictures_of(shelf, product)?.iter().enumerate() {
                let name = format!("{}-{}-{index}.svg", content.store.slug, product.slug);
                fs::write(folder.join(&name), art::draw(&planned.picture))?;
                write!(page, "<div><img src=\"{name}\"><p>{}</div>", planned.alt)?;
            }
        }
    }
    fs::write(folder.join("index.html"), page)?;
    Ok(())
}
