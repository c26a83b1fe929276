//! Products that the store has under other handles than the file: which are known by their SKUs, and which are not.

use std::io::Write as _;

use catalog::ProductDetails;
use database::testing::TestDatabase;
use kernel::{Slug, VariantId};

use super::records::{counts, import, shop, told};
use crate::{Format, ImportFile, Progress, Report, import_file};

const IN_SHOPIFY: &str = "Handle,Title,Variant Price,Variant SKU,Option1 Name,Option1 Value\n\
    hiking-boots,Hiking Boots,120,B-41,Size,41\n\
    hiking-boots,,120,B-42,Size,42\n";
const IN_WOOCOMMERCE: &str = "ID,Type,SKU,Name,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n\
    1,variable,HB,Hiking Boots,,,Size,\"41, 42\"\n\
    2,variation,B-41,,120,HB,Size,41\n\
    3,variation,B-42,,120,HB,Size,42\n";
const IN_JSON: &str = r#"{"handle":"hiking-boots","title":"Hiking Boots","options":["Size"],"variants":[{"sku":"B-41","options":["41"],"price":120},{"sku":"B-42","options":["42"],"price":120}]}
"#;

pub(super) fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub(super) async fn find(db: &TestDatabase, handle: &str) -> Option<ProductDetails> {
    let mut ctx = db.work().read();
    catalog::find_product(&mut ctx, &slug(handle)).await.unwrap()
}

pub(super) async fn redirect(db: &TestDatabase, handle: &str) -> Option<Slug> {
    let mut ctx = db.work().read();
    catalog::find_slug_redirect(&mut ctx, &slug(handle)).await.unwrap()
}

async fn on_hand(db: &TestDatabase, ids: &[VariantId]) -> Vec<i64> {
    let mut ctx = db.work().read();
    let stock = inventory::availability(&mut ctx, ids).await.unwrap();
    ids.iter().map(|id| stock[id].on_hand).collect()
}

pub(super) fn variant_ids(product: &ProductDetails) -> Vec<VariantId> {
    product.variants.iter().map(|variant| variant.id).collect()
}

/// Of products: those that are new, those that were there, and those that failed.
fn outcome(report: &Report) -> (u64, u64, u64) {
    (report.counts.created, report.counts.updated, report.counts.failed)
}

fn taken(line: u64, sku: &str) -> String {
    format!("{line} SKU: another variant of the store has the SKU {sku}; this one is kept without it")
}

fn known(line: u64, title: &str, handle: &str) -> String {
    format!(
        "{line} SKU: by its SKUs it is the product {title:?} with the handle {handle}; that one is changed, and redirects to the \
         new handle"
    )
}

/// A product with one variant for each SKU.
pub(super) fn line(handle: &str, skus: &[&str]) -> String {
    let variants = skus
        .iter()
        .map(|sku| format!(r#"{{"sku":"{sku}","options":["{sku}"],"price":1}}"#));
    let variants = variants.collect::<Vec<_>>().join(",");
    format!("{{\"handle\":\"{handle}\",\"title\":\"{handle}\",\"options\":[\"Kind\"],\"variants\":[{variants}]}}\n")
}

#[tokio::test]
async fn a_product_under_another_handle_is_known_by_its_skus_in_files_of_every_format() {
    for (format, text, at) in [
        (Format::Shopify, IN_SHOPIFY, 2),
        (Format::WooCommerce, IN_WOOCOMMERCE, 2),
        (Format::Jsonl, IN_JSON, 1),
    ] {
        let db = shop().await;
        import(&db, "SKU,On hand\nB-41,3\nB-42,5\n", Format::Stock, false)
            .await
            .unwrap();
        let boots = find(&db, "boots").await.unwrap();
        let warning = [known(at, "Sample Product", "boots")];
        let dry = import(&db, text, format, true).await.unwrap();
        assert_eq!(
            (outcome(&dry), told(&db, &dry).await),
            ((0, 1, 0), warning.to_vec()),
            "{}",
            format.as_str()
        );
        assert_eq!(
            find(&db, "boots").await.unwrap().product,
            boots.product,
            "nothing is written"
        );
        let done = import(&db, text, format, false).await.unwrap();
        assert_eq!((outcome(&done), told(&db, &done).await), ((0, 1, 0), warning.to_vec()));
        let hiking = find(&db, "hiking-boots").await.unwrap();
        assert_eq!(
            (hiking.product.id, hiking.product.title.as_str()),
            (boots.product.id, "Hiking Boots")
        );
        assert_eq!(variant_ids(&hiking), variant_ids(&boots));
        assert_eq!(on_hand(&db, &variant_ids(&hiking)).await, [3, 5]);
        assert!(find(&db, "boots").await.is_none());
        assert_eq!(redirect(&db, "boots").await, Some(slug("hiking-boots")));

        let again = import(&db, text, format, false).await.unwrap();
        assert_eq!(
            (outcome(&again), again.warnings),
            ((0, 1, 0), 0),
            "its handle finds it by now"
        );
        let same = find(&db, "hiking-boots").await.unwrap();
        assert_eq!(
            (same.product.id, variant_ids(&same)),
            (hiking.product.id, variant_ids(&hiking))
        );
        assert_eq!(redirect(&db, "boots").await, Some(slug("hiking-boots")));
    }
}

#[tokio::test]
async fn a_product_that_shares_some_skus_is_another() {
    let db = shop().await;
    let boots = find(&db, "boots").await.unwrap().product;
    let file = [
        line("clogs", &["B-41", "C-1", "C-2"]),
        line("mules", &["B-42", "M-1"]),
        line("laces", &["L"]),
    ]
    .concat();
    let dry = import(&db, &file, Format::Jsonl, true).await.unwrap();
    let report = import(&db, &file, Format::Jsonl, false).await.unwrap();
    assert_eq!((dry.counts, report.counts), (counts(3, 0, 0), counts(3, 0, 0)));
    assert_eq!(told(&db, &report).await, [taken(1, "B-41"), taken(2, "B-42")]);
    assert_eq!(find(&db, "boots").await.unwrap().product, boots);
    // Most of its own SKUs are those of clogs, but not most of those of clogs.
    let part = import(&db, &line("slippers", &["C-1"]), Format::Jsonl, false)
        .await
        .unwrap();
    assert_eq!(
        (part.counts, told(&db, &part).await),
        (counts(1, 0, 0), vec![taken(1, "C-1")])
    );
}

#[tokio::test]
async fn a_product_that_two_of_the_file_may_be_is_neither() {
    let db = shop().await;
    let file = line("coats", &["T-1", "T-2", "T-3"]);
    import(&db, &file, Format::Jsonl, false).await.unwrap();
    let file = [
        line("winter-boots", &["B-41", "B-42"]),
        line("summer-boots", &["S", "B-42"]),
        line("long-coats", &["T-1", "T-2"]),
        line("short-coats", &["T-3"]),
    ]
    .concat();
    let report = import(&db, &file, Format::Jsonl, false).await.unwrap();
    assert_eq!(report.counts, counts(4, 0, 0));
    let mut problems = told(&db, &report).await;
    problems.sort();
    assert_eq!(
        problems,
        [
            taken(1, "B-41"),
            taken(1, "B-42"),
            "2 sku: the SKU B-42 is already used on line 1; this variant is kept without one".to_owned(),
            taken(3, "T-1"),
            taken(3, "T-2"),
            taken(4, "T-3"),
        ]
    );
    assert!(find(&db, "boots").await.is_some() && find(&db, "coats").await.is_some());
}

/// The second of the two stands in another batch than the first.
#[tokio::test]
async fn a_product_whose_handle_comes_later_in_the_file_is_that_one() {
    let db = shop().await;
    let boots = find(&db, "boots").await.unwrap().product.id;
    let mut file = line("hiking-boots", &["B-41", "B-42"]);
    for number in 0..1_100 {
        file.push_str(&format!("{{\"title\":\"Mug {number}\",\"price\":1}}\n"));
    }
    file.push_str(&line("boots", &["N-41", "N-42"]));
    for dry_run in [true, false] {
        let report = import(&db, &file, Format::Jsonl, dry_run).await.unwrap();
        assert_eq!(report.counts, counts(1_101, 1, 0));
        assert_eq!(told(&db, &report).await, [taken(1, "B-41"), taken(1, "B-42")]);
    }
    assert_eq!(find(&db, "boots").await.unwrap().product.id, boots);
    assert!(find(&db, "hiking-boots").await.is_some());
    assert_eq!(redirect(&db, "boots").await, None);
}

#[tokio::test]
async fn a_row_that_the_database_refuses_keeps_no_other_from_being_known() {
    let db = shop().await;
    let file = [line("coats", &["T-1", "T-2"]), line("hats", &["H-1", "H-2"])].concat();
    import(&db, &file, Format::Jsonl, false).await.unwrap();
    let ids = [find(&db, "boots").await, find(&db, "coats").await].map(|found| found.unwrap().product.id);
    let [schema, table] = ["catalog", "products"];
    let rule = format!("ALTER TABLE {schema}.{table} ADD CONSTRAINT products_title_unforeseen CHECK (title <> 'caps')");
    db.as_owner(rule.leak()).await.unwrap();
    let file = [
        line("long-coats", &["T-1", "T-2"]),
        line("caps", &["H-1", "H-2"]),
        line("belts", &["L"]),
        line("hiking-boots", &["B-41", "B-42"]),
    ]
    .concat();
    for dry_run in [true, false] {
        let report = import(&db, &file, Format::Jsonl, dry_run).await.unwrap();
        assert_eq!(report.counts, counts(1, 2, 1));
        let problems = told(&db, &report).await;
        assert_eq!(
            [&problems[0], &problems[2]],
            [&known(1, "coats", "coats"), &known(4, "Sample Product", "boots")]
        );
        let refused = "2 -: the product cannot be written: new row for relation \"products\" violates check constraint";
        assert!(problems.len() == 3 && problems[1].starts_with(refused), "{problems:#?}");
    }
    let found = [find(&db, "hiking-boots").await, find(&db, "long-coats").await].map(|found| found.unwrap().product.id);
    assert_eq!(found, ids);
    assert!(
        find(&db, "hats").await.is_some(),
        "who cannot be changed keeps the handle"
    );
    assert_eq!(redirect(&db, "hats").await, None);
    assert!(find(&db, "caps").await.is_none());
}

#[tokio::test]
async fn a_single_sku_that_is_the_same_by_chance_changes_nothing_of_the_product_that_has_it() {
    let db = shop().await;
    import(&db, &line("coat", &["1001"]), Format::Jsonl, false)
        .await
        .unwrap();
    let coat = find(&db, "coat").await.unwrap().product;
    let report = import(&db, &line("mug", &["1001"]), Format::Jsonl, false)
        .await
        .unwrap();
    assert_eq!(
        (report.counts, told(&db, &report).await),
        (counts(1, 0, 0), vec![taken(1, "1001")])
    );
    assert_eq!(find(&db, "coat").await.unwrap().product, coat);
    let renamed = line("warm-coat", &["1001"]).replace("\"title\":\"warm-coat\"", "\"title\":\"Coat\"");
    let report = import(&db, &renamed, Format::Jsonl, false).await.unwrap();
    assert_eq!(
        (report.counts, told(&db, &report).await),
        (counts(0, 1, 0), vec![known(1, "coat", "coat")])
    );
    assert_eq!(find(&db, "warm-coat").await.unwrap().product.id, coat.id);
}

#[tokio::test]
async fn a_renamed_product_is_told_however_much_was_wrong_before_it() {
    let db = shop().await;
    let mut file = String::new();
    for number in 0..120 {
        file.push_str(&line(&format!("mug-{number}"), &["M"]));
    }
    file.push_str(&line("hiking-boots", &["B-41", "B-42"]));
    for dry_run in [true, false] {
        let report = import(&db, &file, Format::Jsonl, dry_run).await.unwrap();
        assert_eq!(
            (report.counts, report.warnings, report.renamed),
            (counts(120, 1, 0), 120, 1)
        );
        let problems = told(&db, &report).await;
        assert_eq!(
            (problems.len(), problems.last()),
            (101, Some(&known(121, "Sample Product", "boots")))
        );
        let mut ctx = db.work().read();
        let run = crate::find_run(&mut ctx, report.run_id).await.unwrap().unwrap();
        assert_eq!(run.renamed(), 1);
    }
}

#[tokio::test]
async fn a_row_that_is_left_out_may_be_the_product_as_well() {
    let row = "{\"id\":\"1\",\"handle\":\"boots\",\"title\":\"Boots\"}\n";
    let repeated_id = format!("{}{row}", IN_JSON.replacen('{', "{\"id\":\"1\",", 1));
    let repeated_in_table = format!("{IN_WOOCOMMERCE}1,simple,X,Boots,9,,,\n");
    let untitled = format!("{IN_SHOPIFY}others,,9,O,,\n");
    let too_many_options = format!(
        "{IN_JSON}{}",
        r#"{"handle":"others","title":"Others","options":["A","B","C","D"],"variants":[{"sku":"B-42"}]}"#
    );
    for (format, text, created) in [
        (Format::Jsonl, repeated_id, 1),
        (Format::WooCommerce, repeated_in_table, 1),
        (Format::Jsonl, too_many_options, 1),
        (Format::Shopify, untitled, 0),
    ] {
        let db = shop().await;
        let boots = find(&db, "boots").await.unwrap().product;
        let report = import(&db, &text, format, false).await.unwrap();
        assert_eq!(outcome(&report), (created, 1 - created, 1), "{text}");
        let is_same = find(&db, "boots").await.is_some_and(|found| found.product == boots);
        assert_eq!(is_same, created == 1, "{text}");
    }
}

/// The file goes away when it is open and nothing of it is imported yet.
#[tokio::test]
async fn a_file_that_is_moved_while_it_is_imported_is_read_once_more_all_the_same() {
    let packed = {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(IN_SHOPIFY.as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    for (format, bytes) in [
        (Format::Shopify, IN_SHOPIFY.as_bytes().to_vec()),
        (Format::Shopify, packed),
        (Format::Jsonl, IN_JSON.as_bytes().to_vec()),
    ] {
        let db = shop().await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("products");
        std::fs::write(&path, bytes).unwrap();
        let wanted = ImportFile::new(path.clone(), format);
        let mut move_away = |progress: Progress| {
            if progress.rows_total > 0 && path.exists() {
                std::fs::remove_file(&path).unwrap();
            }
        };
        let report = import_file(&db.work(), &wanted, None, &mut move_away).await.unwrap();
        assert_eq!(
            (outcome(&report), report.renamed),
            ((0, 1, 0), 1),
            "{}",
            format.as_str()
        );
        assert!(!path.exists());
    }
}

/// What was one product has the handle of the next in the file, which has a new one.
#[tokio::test]
async fn a_handle_wins_over_skus_and_the_sku_that_is_kept_is_told() {
    let db = shop().await;
    let one_mug = |handle: &str, sku: &str| line(handle, &[sku]).replace(&format!("[\"{sku}\"]"), "[\"One\"]");
    let there = [one_mug("red-mug", "R"), one_mug("blue-mug", "B")].concat();
    import(&db, &there, Format::Jsonl, false).await.unwrap();
    let blue = find(&db, "blue-mug").await.unwrap();
    let file = [one_mug("blue-mug", "R"), one_mug("green-mug", "B")].concat();
    let report = import(&db, &file, Format::Jsonl, false).await.unwrap();
    assert_eq!(report.counts, counts(1, 1, 0));
    assert_eq!(
        told(&db, &report).await,
        [
            "1 SKU: another variant of the store has the SKU R; this one keeps its SKU B".to_owned(),
            taken(2, "B"),
        ]
    );
    let found = find(&db, "blue-mug").await.unwrap();
    assert_eq!(found.product.id, blue.product.id);
    assert_eq!(variant_ids(&found), variant_ids(&blue));
}
