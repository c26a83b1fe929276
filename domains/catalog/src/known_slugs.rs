//! Which products of the store the given ones are, by the slugs that those have or had: the pure part of finding them.

use std::collections::{HashMap, HashSet};

use kernel::{ProductId, Sku, Slug};

use crate::{UpsertProduct, recognise::has_title};

/// A product of the store that has a given slug, or had it before.
#[derive(Debug, Clone)]
pub(crate) struct SlugOwner {
    /// The given slug.
    pub(crate) slug: String,
    pub(crate) id: ProductId,
    /// What it is by now, when it has another slug.
    pub(crate) moved: Option<Moved>,
}

/// A product that has another slug by now.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    pub(crate) slug: Slug,
    pub(crate) title: String,
    pub(crate) skus: Vec<String>,
}

/// The products of the store that given ones are.
#[derive(Debug, Default)]
pub(crate) struct KnownSlugs {
    /// By the slugs that are given.
    pub(crate) products: HashMap<String, ProductId>,
    /// The slugs of those that were found by one they had before.
    pub(crate) kept: HashMap<ProductId, Slug>,
}

/// A slug that a product has finds it. One that it had before does so only where nothing speaks against it: an address that was
/// given up may be anything's by now, and what is found is overwritten.
pub(crate) fn known_slugs(products: &[UpsertProduct], owners: Vec<SlugOwner>) -> KnownSlugs {
    let mut known = KnownSlugs::default();
    let mut moved = HashMap::new();
    for owner in owners {
        match owner.moved {
            Some(now) => {
                moved.insert(owner.slug, (owner.id, now));
            }
            None => {
                known.products.insert(owner.slug, owner.id);
            }
        }
    }
    let mut claimed: HashSet<ProductId> = known.products.values().copied().collect();
    for product in products {
        if let Some((id, now)) = moved.remove(product.slug.as_str())
            && may_be(product, &now)
            && claimed.insert(id)
        {
            known.products.insert(product.slug.as_str().to_owned(), id);
            known.kept.insert(id, now.slug);
        }
    }
    known
}

/// Whether the two have a SKU in common; where one of them has none, whether they have the same title.
fn may_be(product: &UpsertProduct, moved: &Moved) -> bool {
    let skus = product.variants.iter().filter_map(|variant| variant.sku.as_ref());
    let skus: HashSet<&str> = skus.map(Sku::as_str).collect();
    if skus.is_empty() || moved.skus.is_empty() {
        return has_title(product, &moved.title);
    }
    moved.skus.iter().any(|sku| skus.contains(sku.as_str()))
}

#[cfg(test)]
mod tests {
    use kernel::TypedId as _;

    use super::*;
    use crate::UpsertVariant;

    fn id(seed: u64) -> ProductId {
        ProductId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(seed))
    }

    fn slug(text: &str) -> Slug {
        Slug::parse(text).unwrap()
    }

    fn product(name: &str, title: &str, skus: &[&str]) -> UpsertProduct {
        let variant = |sku: &&str| UpsertVariant {
            sku: Sku::parse(sku).ok(),
            ..UpsertVariant::sample()
        };
        UpsertProduct {
            title: title.to_owned(),
            variants: skus.iter().map(variant).collect(),
            ..UpsertProduct::sample(slug(name))
        }
    }

    fn owner(given: &str, id: ProductId, moved: Option<(&str, &[&str])>) -> SlugOwner {
        SlugOwner {
            slug: given.to_owned(),
            id,
            moved: moved.map(|(now, skus)| Moved {
                slug: slug(now),
                title: "Tall Mug".to_owned(),
                skus: skus.iter().map(|sku| (*sku).to_owned()).collect(),
            }),
        }
    }

    #[test]
    fn a_slug_that_a_product_had_finds_it_by_a_sku_or_without_skus_by_the_title() {
        for (title, skus, their_skus, found) in [
            ("Other", vec!["M-1", "N"], vec!["M-1", "M-2"], true),
            ("Tall Mug", vec!["N"], vec!["M-1"], false),
            ("Other", vec!["N"], vec!["M-1"], false),
            (" tall MUG", vec![], vec!["M-1"], true),
            ("Other", vec![], vec!["M-1"], false),
            ("Tall Mug ", vec!["N", ""], vec![], true),
            ("Other", vec!["N"], vec![], false),
            ("Tall Mug", vec![""], vec![], true),
            ("Other", vec![], vec![], false),
        ] {
            let owners = vec![owner("mug", id(1), Some(("tall-mug", their_skus.as_slice())))];
            let known = known_slugs(&[product("mug", title, &skus)], owners);
            let kept = found.then(|| slug("tall-mug"));
            assert_eq!(
                (known.products.get("mug").copied(), known.kept.get(&id(1)).cloned()),
                (found.then(|| id(1)), kept),
                "{title} {skus:?} {their_skus:?}"
            );
        }
    }

    #[test]
    fn one_product_is_found_once_and_by_the_slug_it_has_rather_than_by_one_it_had() {
        let skus: &[&str] = &["M"];
        let moved = Some(("tall-mug", skus));
        let given = [
            product("mug", "Mug", &["M"]),
            product("cup", "Cup", &["M"]),
            product("tall-mug", "Tall Mug", &["N"]),
        ];
        let by_former = known_slugs(
            &given[..2],
            vec![owner("cup", id(1), moved), owner("mug", id(1), moved)],
        );
        assert_eq!(by_former.products, HashMap::from([("mug".to_owned(), id(1))]));
        assert_eq!(by_former.kept, HashMap::from([(id(1), slug("tall-mug"))]));
        let by_present = known_slugs(&given, vec![owner("mug", id(1), moved), owner("tall-mug", id(1), None)]);
        assert_eq!(by_present.products, HashMap::from([("tall-mug".to_owned(), id(1))]));
        assert!(by_present.kept.is_empty());
    }
}
