//! Files that other systems exported. They lie beside the repository and are not part of it; without them these tests
//! say so and pass.

use std::{collections::BTreeMap, path::PathBuf};

use kernel::{Currency, Money};

use super::{Outcome, read_path};
use crate::{Format, ImportedKind, Severity};

fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(path);
    if path.exists() {
        Some(path)
    } else {
        println!("skipped: {} is not there", path.display());
        None
    }
}

/// Products, variants, pictures, errors and warnings.
fn counts(outcome: &Outcome) -> [usize; 5] {
    let variants = outcome.products.iter().map(|product| product.variants.len()).sum();
    let images = outcome.products.iter().map(|product| product.images.len()).sum();
    let errors = outcome
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    [
        outcome.products.len(),
        variants,
        images,
        errors,
        outcome.problems.len() - errors,
    ]
}

#[test]
fn shopify_samples() {
    for (file, expected) in [
        ("shopify/apparel.csv", [20, 22, 20, 0, 0]),
        ("shopify/home-and-garden.csv", [20, 21, 21, 0, 0]),
        ("shopify/jewelery.csv", [20, 23, 41, 0, 0]),
    ] {
        let Some(path) = shared(file) else { return };
        let outcome = read_path(&path, Format::Shopify).unwrap();
        assert_eq!(counts(&outcome), expected, "{file} {:#?}", outcome.report());
        if let Some(bracelet) = outcome
            .products
            .iter()
            .find(|product| product.handle.as_str() == "chain-bracelet")
        {
            let black = &bracelet.variants[1];
            assert_eq!(
                (bracelet.option_names.as_slice(), black.option_values[0].as_str()),
                (["Color".to_owned()].as_slice(), "Black")
            );
            assert_eq!(black.compare_at, Some(Money::new(4499, Currency::USD)));
            assert_eq!(black.image_url.as_deref(), Some(bracelet.images[0].url.as_str()));
        }
    }
}

#[test]
fn woocommerce_sample() {
    let Some(path) = shared("woocommerce/woocommerce_sample_products.csv") else {
        return;
    };
    let outcome = read_path(&path, Format::WooCommerce).unwrap();
    assert_eq!(
        (outcome.rows, counts(&outcome)),
        (25, [23, 24, 26, 0, 9]),
        "{:#?}",
        outcome.report()
    );
    let hoodie = outcome.product("hoodie");
    assert_eq!(hoodie.option_names, ["Color", "Logo"]);
    assert_eq!(hoodie.category_paths, [["Clothing", "Hoodies"]]);
    let variants: Vec<_> = hoodie
        .variants
        .iter()
        .map(|variant| (variant.line, variant.option_values.join("/")))
        .collect();
    assert_eq!(variants, [(21, "Blue/No".to_owned()), (26, "Blue/Yes".to_owned())]);
    assert_eq!((hoodie.variants[0].weight_grams, hoodie.images.len()), (680, 4));
    let beanie = &outcome.product("beanie").variants[0];
    assert_eq!(beanie.price, Some(Money::new(2000, Currency::USD)));
    assert_eq!(
        beanie.sale.as_ref().map(|sale| sale.price),
        Some(Money::new(1800, Currency::USD))
    );
    let album = outcome.product("album");
    assert_eq!(
        (album.kind, album.variants[0].requires_shipping),
        (ImportedKind::Digital, false)
    );
    assert_eq!(outcome.product("v-neck-t-shirt").variants[0].price, None);
}

#[test]
fn the_union_of_catalogues() {
    let Some(path) = shared("catalog/catalog_union.jsonl.xz") else {
        return;
    };
    let outcome = read_path(&path, Format::Jsonl).unwrap();
    assert_eq!(
        (outcome.rows, counts(&outcome)),
        (113_528, [113_528, 113_528, 0, 0, 53_852])
    );
    let mut columns = BTreeMap::new();
    for problem in &outcome.problems {
        *columns
            .entry(problem.column.as_deref().unwrap_or_default())
            .or_insert(0) += 1;
    }
    assert_eq!(
        columns,
        BTreeMap::from([("gtin", 417), ("price", 53_427), ("title", 8)])
    );
    let handles: std::collections::HashSet<_> =
        outcome.products.iter().map(|product| product.handle.as_str()).collect();
    assert_eq!(handles.len(), outcome.products.len());
    let filter = outcome.product("targus-13-3-inch-notebook-privacy-filter-asf133wusz");
    assert_eq!((filter.line, filter.brand.as_str()), (75_001, "Targus"));
    assert_eq!(filter.attributes["external_id"], "d8_amazon:9438");
    assert_eq!(filter.variants[0].price, Some(Money::new(3699, Currency::USD)));
    assert_eq!(
        outcome
            .products
            .iter()
            .filter(|product| product.category_paths.iter().any(|path| path.len() > 1))
            .count(),
        5_772
    );
}
