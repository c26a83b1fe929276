//! The ranking on 19,406 real products with judged searches, when the shared data is there.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use crate::quality::{icecat, means, measure};

fn shared(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/search");
    folder.join(name)
}

#[test]
fn judged_searches_are_ranked_a_fifth_better_than_by_plain_bm25() {
    let Ok(products) = File::open(shared("icecat_products_19k.jsonl.xz")) else {
        eprintln!("skipped: {} is not there", shared("").display());
        return;
    };
    let products = BufReader::new(liblzma::read::XzDecoder::new(products));
    let products = icecat::read_products(products).unwrap();
    let judgments = File::open(shared("icecat_judgments_dev.csv")).unwrap();
    let judgments = icecat::read_judgments(BufReader::new(judgments)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let means = means(&measure(folder.path(), &products, &judgments).unwrap());
    println!(
        "plain BM25 {:.4}, Souk {:.4}: {:.3} times",
        means.plain, means.souk, means.times
    );
    assert!(means.times >= 1.2, "{means:?}");
}
