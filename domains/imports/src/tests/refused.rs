//! Files that are turned away before anything of them is imported.

use std::io::Write as _;

use super::read;
use crate::{Format, Refusal};

const SHOPIFY: &str = "Handle,Title,Variant Price\na,A,1\nb,\"B\nb\",2\n";

fn refusal(bytes: impl AsRef<[u8]>, format: Format) -> String {
    match read(bytes, format) {
        Ok(outcome) => panic!("{} products were read", outcome.products.len()),
        Err(refusal) => refusal.to_string(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn files_of_other_things() {
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(SHOPIFY.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin: Vec<u8> = b"Handle,Title\na,A\ncafe,\"Caf\xe9\"\n".to_vec();
    for (bytes, format, expected) in [
        (
            b"Name,Email,Total\nJo,jo@x.y,5\n".to_vec(),
            Format::Shopify,
            "does not hold Shopify products: it has no column Title",
        ),
        (
            b"Title,Author\nEmma,Austen\n".to_vec(),
            Format::Shopify,
            "it has no column URL handle",
        ),
        (
            b"Handle,Title,Variant Price, title ,TAGS,Tags\na,A,1,B,,\n".to_vec(),
            Format::Shopify,
            "more than one of its columns is called title, and more than one Tags; rename or remove the others",
        ),
        (
            SHOPIFY.into(),
            Format::WooCommerce,
            "does not hold WooCommerce products: it has no column Name",
        ),
        (
            SHOPIFY.into(),
            Format::Jsonl,
            "is not a list of products: line 1 is not JSON",
        ),
        (
            b"{\"order\":1}\n".to_vec(),
            Format::Jsonl,
            "line 1 has no title and no handle",
        ),
        (
            b"[{\"title\":\"A\"}]\n".to_vec(),
            Format::Jsonl,
            "line 1 is not a JSON object",
        ),
        (Vec::new(), Format::Shopify, "the file is empty"),
        (
            b"Handle,Title,Variant Price\n".to_vec(),
            Format::Shopify,
            "the file has no products: there is no row below its header",
        ),
        (
            b"ID,Type,SKU,Name,Published,Regular price\n".to_vec(),
            Format::WooCommerce,
            "the file has no products: there is no row below its header",
        ),
        (
            b"PK\x03\x04rest".to_vec(),
            Format::Shopify,
            "not text but a workbook or a zip archive; export the products as CSV",
        ),
        (utf16, Format::Shopify, "the mark of UTF-16"),
        (
            latin,
            Format::Shopify,
            "line 3 has 0xe9, as Latin-1 and Windows files have at its byte 10",
        ),
        (
            b"Handle;Title\na;A\n".to_vec(),
            Format::Shopify,
            "separated by semicolons; save it with commas",
        ),
        (b"Handle\tTitle\na\tA\n".to_vec(), Format::Shopify, "separated by tabs"),
        (
            b"Handle,Tit\x00le\na,A\n".to_vec(),
            Format::Shopify,
            "line 1 has a zero byte, as UTF-16 and binary files have at its byte 11",
        ),
        (
            "{\"title\":\"A\"}\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            Format::Jsonl,
            "line 1 has a zero byte",
        ),
        (
            [SHOPIFY.as_bytes(), &[0; 512]].concat(),
            Format::Shopify,
            "line 5 has a zero byte",
        ),
    ] {
        let refusal = refusal(&bytes, format);
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn files_that_were_cut_off() {
    let json = "{\"title\":\"A\"}\n{\"title\":\"B";
    let long = format!("{{\"title\":\"{}\"}}\n", "A".repeat(100)).repeat(100);
    let half = |packed: Vec<u8>| packed[..packed.len() / 2].to_vec();
    for (bytes, format, expected) in [
        (
            b"Handle,Title,Variant Price\na,A,1\nb,B".to_vec(),
            Format::Shopify,
            "the last row, on line 3, has 2 of 3 cells",
        ),
        (
            b"Handle,Title,Variant Price\na,A,1\nb,\"B\nb".to_vec(),
            Format::Shopify,
            "the row of line 3 is never closed",
        ),
        (
            b"Type,Name,Parent\nsimple,A,\nsimp".to_vec(),
            Format::WooCommerce,
            "the last row, on line 3, has 1 of 3 cells",
        ),
        (json.into(), Format::Jsonl, "the JSON of the last line, 2, breaks off"),
        (
            half(xz(long.as_bytes())),
            Format::Jsonl,
            "the compressed data ends too early",
        ),
        (
            half(gzip(long.as_bytes())),
            Format::Jsonl,
            "the compressed data ends too early",
        ),
        (
            half(gzip(SHOPIFY.repeat(99).as_bytes())),
            Format::Shopify,
            "the compressed data ends too early",
        ),
    ] {
        let refusal = refusal(&bytes, format);
        assert!(
            refusal.contains("the file is cut off") && refusal.contains(expected),
            "{refusal}"
        );
    }
}

#[test]
fn damage_is_told_from_a_cut() {
    let mut packed = gzip("{\"title\":\"A\"}\n".repeat(5_000).as_bytes());
    for byte in packed.iter_mut().skip(20).take(8) {
        *byte ^= 0xff;
    }
    assert!(matches!(read(&packed, Format::Jsonl), Err(Refusal::Damaged(_))));
}

#[test]
fn packed_files_are_read_like_plain_ones() {
    let json = "{\"title\":\"A\",\"price\":1}\n";
    for packed in [json.as_bytes().to_vec(), gzip(json.as_bytes()), xz(json.as_bytes())] {
        assert_eq!(read(&packed, Format::Jsonl).unwrap().products.len(), 1);
    }
    for packed in [
        SHOPIFY.as_bytes().to_vec(),
        gzip(SHOPIFY.as_bytes()),
        xz(SHOPIFY.as_bytes()),
    ] {
        assert_eq!(read(&packed, Format::Shopify).unwrap().products.len(), 2);
    }
}
