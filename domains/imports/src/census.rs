//! What a whole file says of handles and SKUs: whether a product of the store that seems to have another handle now may be
//! another product of the same file.

use std::{collections::HashSet, io};

use catalog::{Recognised, UpsertProduct};
use kernel::{Currency, Sku, TimeZone};

use crate::{Format, Group, Refusal, open, skus::fingerprint, source::Source};

/// The handles and SKUs of a file, as fingerprints of 8 bytes.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// Handles of all products, also of those that are too bad to be imported.
    handles: HashSet<u64>,
    /// Handles of products with a SKU that another product before them has.
    late: HashSet<u64>,
    /// SKUs of all products, also of those that are too bad.
    skus: HashSet<u64>,
    /// SKUs of more than one product.
    shared: HashSet<u64>,
}

impl Census {
    /// Reads a file of products once more, to its end, on a thread that may wait.
    pub(crate) async fn of_source(
        source: Source,
        format: Format,
        currency: Currency,
        zone: TimeZone,
    ) -> Result<Self, Refusal> {
        let read = tokio::task::spawn_blocking(move || -> Result<Self, Refusal> {
            let mut census = Self::default();
            for group in open::read(source, format, currency, zone)?.groups {
                census.note(&group?);
            }
            Ok(census)
        });
        match read.await {
            Ok(census) => census,
            Err(stopped) => Err(Refusal::Unreadable(io::Error::other(stopped))),
        }
    }

    fn note(&mut self, group: &Group) {
        let named = group.problems.iter().filter_map(|problem| problem.handle.as_deref());
        let named: HashSet<u64> = named.map(fingerprint).collect();
        let is_repeated = !named.is_empty() && named.is_subset(&self.handles);
        self.handles.extend(named);
        let Some(product) = &group.product else {
            // What stands in the file a second time is the same product.
            if !is_repeated {
                self.note_skus(group.left_out_skus.iter().map(of_sku).collect());
            }
            return;
        };
        let handle = fingerprint(product.handle.as_str());
        self.handles.insert(handle);
        let own = product.variants.iter().filter_map(|variant| variant.sku.as_ref());
        let own: HashSet<u64> = own.map(of_sku).collect();
        let repeated: HashSet<u64> = product.repeated_skus.iter().map(of_sku).collect();
        if !repeated.is_subset(&own) {
            self.late.insert(handle);
        }
        self.note_skus(own.union(&repeated).copied().collect());
    }

    /// Notes the SKUs of one product.
    fn note_skus(&mut self, skus: HashSet<u64>) {
        for sku in skus {
            if !self.skus.insert(sku) {
                self.shared.insert(sku);
            }
        }
    }

    /// Whether nothing else of the file is the product of the store that one of its products was recognised as: no handle and
    /// none of the SKUs that it is known by stand at any other.
    pub(crate) fn is_alone(&self, product: &UpsertProduct, recognised: &Recognised) -> bool {
        let skus = product.variants.iter().filter_map(|variant| variant.sku.as_ref());
        let own: HashSet<&str> = skus.map(Sku::as_str).collect();
        let is_elsewhere = |sku: &str| {
            let others = if own.contains(sku) { &self.shared } else { &self.skus };
            others.contains(&fingerprint(sku))
        };
        let old_slugs = recognised.old_slugs.iter().map(String::as_str);
        let mut slugs = old_slugs.chain([recognised.slug.as_str()]);
        !self.late.contains(&fingerprint(product.slug.as_str()))
            && !slugs.any(|slug| self.handles.contains(&fingerprint(slug)))
            && !recognised.skus.iter().any(|sku| is_elsewhere(sku))
    }
}

fn of_sku(sku: &Sku) -> u64 {
    fingerprint(sku.as_str())
}

#[cfg(test)]
mod tests {
    use catalog::UpsertVariant;
    use kernel::{ProductId, Slug, TypedId as _};

    use super::*;
    use crate::{ImportedVariant, RowProblem, Severity, build};

    fn sku(text: &str) -> Sku {
        Sku::parse(text).unwrap()
    }

    fn group(handle: &str, skus: &[&str], repeated: &[&str]) -> Group {
        let mut product = build::blank(1, Slug::parse(handle).unwrap(), "A".to_owned());
        let variants = skus.iter().map(|text| ImportedVariant {
            sku: Some(sku(text)),
            ..ImportedVariant::blank(1)
        });
        product.variants = variants.collect();
        product.repeated_skus = repeated.iter().map(|text| sku(text)).collect();
        Group {
            product: Some(Box::new(product)),
            problems: Vec::new(),
            left_out_skus: Vec::new(),
            rows: 1,
        }
    }

    fn too_bad(handle: &str, skus: &[&str]) -> Group {
        Group {
            product: None,
            problems: vec![RowProblem {
                line: 1,
                column: None,
                handle: Some(handle.to_owned()),
                severity: Severity::Error,
                reason: String::new(),
                renamed: None,
            }],
            left_out_skus: skus.iter().map(|text| sku(text)).collect(),
            rows: 1,
        }
    }

    /// The file has `new` with the SKUs `A` and `B`; the store has a product with `A`, `B` and `C` as `now`, which was `old`.
    #[test]
    fn a_product_is_only_taken_for_one_that_nothing_else_of_the_file_may_be() {
        let recognised = Recognised {
            index: 0,
            product_id: ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(1)),
            slug: Slug::parse("now").unwrap(),
            old_slugs: vec!["old".to_owned()],
            skus: ["A", "B", "C"].map(str::to_owned).to_vec(),
        };
        let variant = |text: &&str| UpsertVariant {
            sku: Some(sku(text)),
            ..UpsertVariant::sample()
        };
        let product = UpsertProduct {
            variants: ["A", "B"].iter().map(variant).collect(),
            ..UpsertProduct::sample(Slug::parse("new").unwrap())
        };
        let of_new = || group("new", &["A", "B"], &[]);
        for (groups, alone) in [
            (vec![of_new()], true),
            (vec![group("else", &["D"], &[]), of_new(), too_bad("bad", &["D"])], true),
            (vec![of_new(), too_bad("new", &["A", "C"])], true),
            (vec![group("new", &["A", "B"], &["A"])], true),
            (vec![group("now", &["D"], &[]), of_new()], false),
            (vec![of_new(), too_bad("now", &[])], false),
            (vec![of_new(), too_bad("bad", &["B"])], false),
            (vec![too_bad("bad", &["C"]), of_new()], false),
            (vec![of_new(), group("old", &[], &[])], false),
            (vec![of_new(), group("else", &["C"], &[])], false),
            (vec![of_new(), group("else", &["D"], &["B"])], false),
            (
                vec![group("else", &["D"], &[]), group("new", &["A", "B"], &["D"])],
                false,
            ),
        ] {
            let mut census = Census::default();
            for group in &groups {
                census.note(group);
            }
            assert_eq!(census.is_alone(&product, &recognised), alone, "{groups:?}");
        }
    }
}
