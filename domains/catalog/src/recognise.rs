//! Finds the products of the store that given ones may be under other slugs, by their SKUs. Whether one is the other is for
//! whoever knows where they come from; [`crate::UpsertProduct::formerly`] says that it is.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{ProductId, Sku, Slug};

use crate::{UpsertProduct, store};

/// A product of the store that has more than half of its SKUs in common with a given one, as has that one with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The place of the given one among all that are given.
    pub index: usize,
    /// The slug of the one that the store has.
    pub slug: Slug,
    /// Slugs that it had before, and that still lead to it.
    pub old_slugs: Vec<String>,
    /// Its SKUs.
    pub skus: Vec<String>,
}

/// A product of the store with one of the given SKUs.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) slug: Slug,
    pub(crate) old_slugs: Vec<String>,
    pub(crate) skus: Vec<String>,
}

/// Whether the store has any product, whatever its status.
pub async fn has_products(ctx: &mut Ctx) -> Result<bool, Error> {
    store::recognise::has_products(ctx).await
}

/// Those of the products that no product of the store has the slug of, now or before, and what they seem to be in the store: the
/// one product that has those of their SKUs that any has. One statement, and another when any of them has a SKU of the store.
pub async fn recognise_products(ctx: &mut Ctx, products: &[UpsertProduct]) -> Result<Vec<Recognised>, Error> {
    let owners = store::recognise::list_owners(ctx, products).await?;
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::upsert::find_products(ctx, products).await?;
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
            slug: owner.slug.clone(),
            old_slugs: owner.old_slugs.clone(),
            skus: owner.skus.clone(),
        })
    });
    recognised.collect()
}

/// The one product that has those of the SKUs that any has, if they are more than half of the SKUs of each of the two.
fn owner_of_most<'o>(product: &UpsertProduct, by_sku: &HashMap<&str, &'o Owner>) -> Option<&'o Owner> {
    let skus = product.variants.iter().filter_map(|variant| variant.sku.as_ref());
    let skus: HashSet<&str> = skus.map(Sku::as_str).collect();
    let mut found = skus.iter().filter_map(|sku| by_sku.get(*sku).copied());
    let owner = found.next()?;
    let mut common = 1_usize;
    for other in found {
        if other.slug != owner.slug {
            return None;
        }
        common += 1;
    }
    let is_most = |of: usize| common > of / 2;
    (is_most(skus.len()) && is_most(owner.skus.len())).then_some(owner)
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

    #[test]
    fn most_skus_of_both_have_to_be_the_same() {
        let owner = |slug: &str, skus: &[&str]| Owner {
            slug: Slug::parse(slug).unwrap(),
            old_slugs: Vec::new(),
            skus: skus.iter().map(|sku| (*sku).to_owned()).collect(),
        };
        let owners = [
            owner("a", &["A-1", "A-2", "A-3"]),
            owner("b", &["B-1", "B-2"]),
            owner("c", &["C"]),
        ];
        let id = ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(1));
        let known = HashMap::from([("known".to_owned(), id)]);
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
}
