//! Reads products of the open Icecat catalogue, one JSON object a line, and judged searches on them.

use std::{
    collections::HashMap,
    io::{self, BufRead},
};

use kernel::{ProductId, Time};
use search::ProductDocument;
use serde_json::Value;
use uuid::Uuid;

use super::Judgments;

/// The products of a file.
pub fn read_products(lines: impl BufRead) -> io::Result<Vec<ProductDocument>> {
    let mut products = Vec::new();
    for (number, line) in (1_u64..).zip(lines.lines()) {
        let fields: HashMap<String, Value> =
            serde_json::from_str(&line?).map_err(|error| wrong(number, &error.to_string()))?;
        products.push(product(&fields).ok_or_else(|| wrong(number, "id is no number"))?);
    }
    Ok(products)
}

/// The judgments of a file with the columns query, docid and rating.
pub fn read_judgments(lines: impl BufRead) -> io::Result<Judgments> {
    let mut judgments = Judgments::new();
    for (number, line) in (1_u64..).zip(lines.lines()).skip(1) {
        let line = line?;
        // The search may hold commas; the other two never do.
        let mut fields = line.rsplitn(3, ',');
        let rating = fields.next().and_then(|rating| rating.trim().parse().ok());
        let product = fields.next().and_then(id);
        let words = fields.next().map(|words| words.trim_matches('"').replace("\"\"", "\""));
        let ((rating, product), words) = rating
            .zip(product)
            .zip(words)
            .ok_or_else(|| wrong(number, "query, docid and rating are wanted"))?;
        judgments.entry(words).or_default().insert(product, rating);
    }
    Ok(judgments)
}

fn wrong(number: u64, reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {number}: {reason}"))
}

fn id(number: &str) -> Option<ProductId> {
    Some(ProductId::from(Uuid::from_u128(number.parse().ok()?)))
}

fn product(fields: &HashMap<String, Value>) -> Option<ProductDocument> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kinds = ["attr_t_product_type", "attr_t_type"].map(text);
    let attributes = fields.iter().filter(|(name, _)| name.starts_with("attr_t_"));
    let gtins = fields.get("ean").and_then(Value::as_array).into_iter().flatten();
    let price = fields.get("price").and_then(Value::as_i64);
    Some(ProductDocument {
        id: id(&text("id"))?,
        title: text("title"),
        summary: text("short_description"),
        kinds: kinds.into_iter().filter(|kind| !kind.is_empty()).collect(),
        brand: text("supplier"),
        details: attributes
            .filter_map(|(_, value)| value.as_str().map(str::to_owned))
            .collect(),
        codes: std::iter::once(text("name"))
            .chain(gtins.filter_map(|gtin| gtin.as_str().map(str::to_owned)))
            .collect(),
        categories: Vec::new(),
        prices: price.into_iter().collect(),
        in_stock: true,
        published_at: Time::UNIX_EPOCH,
        popularity: 0,
        stars: 0,
        rated: 0,
        choices: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_with_commas_and_quotes_are_read() {
        let text = "query,docid,rating\n\"27\"\" screen, wide\",12,3\nlamp,13,0\n";
        let judgments = read_judgments(text.as_bytes()).unwrap();
        assert_eq!(judgments.keys().collect::<Vec<_>>(), ["27\" screen, wide", "lamp"]);
        let error = read_judgments("query,docid,rating\nlamp,x,1\n".as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "line 2: query, docid and rating are wanted");
    }
}
