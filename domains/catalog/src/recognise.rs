//! Finds the products of the store that given ones may be under other slugs, by their SKUs. Whether one is the other is for
//! whoever knows where they come from; [`crate::UpsertProduct::formerly`] says that it is.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{ProductId, Sku, Slug};

use crate::{UpsertProduct, store};

/// A product of the store of whose variants more than half have their SKUs in common with those of a given one, as have those of that
/// one with it; and when that is a single SKU, the same title or barcode as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The place of the given one among all that are given.
    pub index: usize,
    /// The one that the store has.
    pub product_id: ProductId,
    /// Its slug.
    pub slug: Slug,
    /// Slugs that it had before, and that still lead to it.
    pub old_slugs: Vec<String>,
    /// Its SKUs.
    pub skus: Vec<String>,
}

/// A product of the store with one of the given SKUs.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) id: ProductId,
    pub(crate) slug: Slug,
    pub(crate) old_slugs: Vec<String>,
    pub(crate) title: String,
    pub(crate) skus: Vec<String>,
    /// Those of the variants with the SKUs, in the same order.
    pub(crate) barcodes: Vec<String>,
    /// How many variants it has: those on sale, and those with a SKU.
    pub(crate) variant_count: usize,
}

/// Whether the store has any product, whatever its status.
pub async fn has_products(ctx: &mut Ctx) -> Result<bool, Error> {
    store::recognise::has_products(ctx).await
}

/// Those of the products that no product of the store has the slug of, now or before, and what they seem to be in the store: the
/// one product that has those of their SKUs that any has, but for archived ones. One statement, and another when any of them has a
/// SKU of the store.
pub async fn recognise_products(ctx: &mut Ctx, products: &[UpsertProduct]) -> Result<Vec<Recognised>, Error> {
    let owners = store::recognise::list_owners(ctx, products).await?;
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let owned = store::upsert::find_products(ctx, products).await?;
    let known: HashMap<String, ProductId> = owned.into_iter().map(|owner| (owner.slug, owner.id)).collect();
    Ok(recognise(products, &known, &owners))
}

fn recognise(products: &[UpsertProduct], known: &HashMap<String, ProductId>, owners: &[Owner]) -> Vec<Recognised> {
    let by_sku: HashMap<&str, &Owner> = owners
        .iter()
        .flat_map(|owner| owner.skus.iter().map(move |sku| (sku.as_str(), owner)))
        .collect();
    let unknown = products
        .iter()
        .enumerate()
        .filter(|(_, product)| !known.contains_key(product.slug.as_str()));
    let recognised = unknown.filter_map(|(index, product)| {
        let owner = owner_of_most(product, &by_sku)?;
        Some(Recognised {
            index,
            product_id: owner.id,
            slug: owner.slug.clone(),
            old_slugs: owner.old_slugs.clone(),
            skus: owner.skus.clone(),
        })
    });
    recognised.collect()
}

/// The one product that has those of the SKUs that any has, if more than half of the variants of each of the two have them:
/// those without a SKU count as well, for they may go off sale. Two shops may have given the same short number to different
/// things, so a single SKU is not enough by itself.
fn owner_of_most<'o>(product: &UpsertProduct, by_sku: &HashMap<&str, &'o Owner>) -> Option<&'o Owner> {
    let skus = product.variants.iter().filter_map(|variant| variant.sku.as_ref());
    let skus: HashSet<&str> = skus.map(Sku::as_str).collect();
    let mut found = skus.iter().filter_map(|sku| by_sku.get(*sku).copied());
    let owner = found.next()?;
    let mut common = 1_usize;
    for other in found {
        if other.id != owner.id {
            return None;
        }
        common += 1;
    }
    let is_most = |of: usize| common > of / 2;
    let is_owner = is_most(product.variants.len()) && is_most(owner.variant_count);
    (is_owner && (common > 1 || has_title(product, &owner.title) || has_same_barcode(product, owner))).then_some(owner)
}

/// Whether that is its title, but for capitals and blanks around it.
pub(crate) fn has_title(product: &UpsertProduct, title: &str) -> bool {
    let plain = |title: &str| title.trim().to_lowercase();
    plain(&product.title) == plain(title)
}

/// Whether a variant has the barcode of the one that has its SKU.
fn has_same_barcode(product: &UpsertProduct, owner: &Owner) -> bool {
    product.variants.iter().any(|variant| {
        let (sku, barcode) = (variant.sku.as_ref().map(Sku::as_str), variant.barcode.trim());
        let mut owned = owner.skus.iter().zip(&owner.barcodes);
        !barcode.is_empty() && owned.any(|(own, theirs)| Some(own.as_str()) == sku && theirs.trim() == barcode)
    })
}

#[cfg(test)]
mod tests {
    use kernel::TypedId as _;

    use super::*;
    use crate::UpsertVariant;

    fn product(slug: &str, skus: &[&str]) -> UpsertProduct {
        let variant = |sku: &&str| UpsertVariant {
            sku: Sku::parse(sku).ok(),
            option_values: vec![(*sku).to_owned()],
            ..UpsertVariant::sample()
        };
        UpsertProduct {
            option_names: vec!["Size".to_owned()],
            variants: skus.iter().map(variant).collect(),
            ..UpsertProduct::sample(Slug::parse(slug).unwrap())
        }
    }

    fn id(seed: u64) -> ProductId {
        ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(seed))
    }

    /// Its title is that of [`product`].
    fn owner(slug: &str, skus: &[&str]) -> Owner {
        Owner {
            id: id(u64::from(slug.as_bytes()[0])),
            slug: Slug::parse(slug).unwrap(),
            old_slugs: Vec::new(),
            title: product(slug, &[]).title,
            skus: skus.iter().map(|sku| (*sku).to_owned()).collect(),
            barcodes: vec![String::new(); skus.len()],
            variant_count: skus.len(),
        }
    }

    #[test]
    fn most_skus_of_both_have_to_be_the_same() {
        let owners = [
            owner("a", &["A-1", "A-2", "A-3"]),
            owner("b", &["B-1", "B-2"]),
            owner("c", &["C"]),
            Owner {
                variant_count: 10,
                ..owner("d", &["D-1", "D-2"])
            },
        ];
        let known = HashMap::from([("known".to_owned(), id(1))]);
        for (slug, skus, found) in [
            ("new", vec!["A-1", "A-2", "A-3"], Some("a")),
            ("new", vec!["A-1", "A-3"], Some("a")),
            ("new", vec!["A-1", "A-2", "N-1"], Some("a")),
            ("new", vec!["A-1", "A-2", "N-1", "N-2"], None),
            ("new", vec!["A-1"], None),
            ("new", vec!["A-1", "A-2", "A-3", "C"], None),
            ("new", vec!["B-1", "B-2"], Some("b")),
            ("new", vec!["B-1"], None),
            ("new", vec!["C"], Some("c")),
            ("new", vec!["C", "N-1"], None),
            ("new", vec!["N-1"], None),
            ("new", vec!["B-1", "B-2", "", ""], None),
            ("new", vec!["B-1", "B-2", ""], Some("b")),
            ("new", vec!["D-1", "D-2"], None),
            ("new", vec!["", ""], None),
            ("known", vec!["C"], None),
        ] {
            let given = [product("else", &["N-9"]), product(slug, &skus)];
            let recognised = recognise(&given, &known, &owners);
            let told: Vec<(usize, &str)> = recognised.iter().map(|one| (one.index, one.slug.as_str())).collect();
            let expected: Vec<(usize, &str)> = found.map(|slug| (1, slug)).into_iter().collect();
            assert_eq!(told, expected, "{slug} {skus:?}");
        }
    }

    #[test]
    fn a_single_sku_is_enough_with_the_title_or_the_barcode_only() {
        for (title, barcode, their_title, their_barcode, found) in [
            ("Red Mug", "", "Blue Hat", "", false),
            ("Red Mug", "96385074", "Blue Hat", "73513537", false),
            ("Red Mug", " ", "Blue Hat", " ", false),
            ("Red Mug", "96385074", "Blue Hat", "96385074", true),
            ("Red Mug", "", " red mug", "73513537", true),
        ] {
            let mut given = product("mug", &["1"]);
            given.title = title.to_owned();
            given.variants[0].barcode = barcode.to_owned();
            let theirs = Owner {
                title: their_title.to_owned(),
                barcodes: vec![their_barcode.to_owned()],
                ..owner("old", &["1"])
            };
            let recognised = recognise(&[given], &HashMap::new(), &[theirs]);
            assert_eq!(
                recognised.len(),
                usize::from(found),
                "{title} {barcode} {their_title} {their_barcode}"
            );
        }
        let mut given = product("mug", &["1", "2"]);
        given.title = "Red Mug".to_owned();
        assert_eq!(
            recognise(&[given], &HashMap::new(), &[owner("old", &["1", "2"])]).len(),
            1,
            "two are no chance"
        );
    }
}
