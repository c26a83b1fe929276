//! Makes or changes many products at once, with their variants, pictures and categories, in a fixed number of statements
//! however many there are. Imports and demo data come in here.

use std::collections::HashSet;

use database::Ctx;
use kernel::{Money, ProductId, Sku, Slug, Time, VariantId};

use crate::{
    Dimensions, Measure, ProductKind, ProductStatus, QuantityRule, Sale, UpsertExtras,
    category_tree::{self, NewCategory},
    events::ProductsImported,
    known_slugs::{KnownSlugs, known_slugs},
    product::Attributes,
    store,
    upsert_plan::{self, Plan},
};

/// A product as it shall be. What the store has beyond it (variants, pictures, categories) stays.
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertProduct {
    /// Finds the product that has it, and one that had it before if they have a SKU in common, or the title where one of them has
    /// no SKU; a new product gets it.
    pub slug: Slug,
    /// The product of the store that it is when the given slug finds none: that one gets it, and redirects from the one it had.
    pub formerly: Option<Formerly>,
    /// Its name, not empty.
    pub title: String,
    /// The long text, already clean: see [`crate::sanitise_html`].
    pub description_html: String,
    /// One or two plain sentences.
    pub short_description: String,
    /// The maker's name.
    pub brand: String,
    /// Who the store buys it from.
    pub vendor: String,
    /// What it is.
    pub kind: ProductKind,
    /// The merchant's own word for the sort of product.
    pub product_type: String,
    /// How far it has come.
    pub status: ProductStatus,
    /// From when shoppers see it; a product that is published keeps its date.
    pub published_at: Option<Time>,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The merchant's keywords.
    pub tags: Vec<String>,
    /// What a shopper chooses; at most three.
    pub option_names: Vec<String>,
    /// The title search engines get.
    pub seo_title: String,
    /// The description search engines get.
    pub seo_description: String,
    /// Free fields; they take the place of those the product has.
    pub attributes: Attributes,
    /// Categories from the top down, by name; missing ones are made.
    pub category_paths: Vec<Vec<String>>,
    /// Pictures in their order.
    pub images: Vec<UpsertImage>,
    /// Variants in their order, no two with the same options.
    pub variants: Vec<UpsertVariant>,
    /// What few files say.
    pub extras: UpsertExtras,
}

/// A product of the store that is given another slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formerly {
    /// The product.
    pub product_id: ProductId,
    /// The slug that it has to have still.
    pub slug: Slug,
}

/// A picture as it shall be, found by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpsertImage {
    /// Where it is.
    pub url: String,
    /// What it shows.
    pub alt: String,
    /// The address it was known by before, when it has moved.
    pub formerly: Option<String>,
}

/// A variant as it shall be, found within its product by its options or its SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpsertVariant {
    /// The merchant's number.
    pub sku: Option<Sku>,
    /// EAN, UPC, ISBN or the like.
    pub barcode: String,
    /// One value for each of the product's option names.
    pub option_values: Vec<String>,
    /// The regular price, in the store's currency.
    pub price: Option<Money>,
    /// A higher price to compare with.
    pub compare_at: Option<Money>,
    /// What it cost the store.
    pub cost: Option<Money>,
    /// A lower price for a while.
    pub sale: Option<Sale>,
    /// Weight, for shipping.
    pub weight_grams: i64,
    /// Size, for shipping; a side that is 0 leaves the one it has.
    pub dimensions: Dimensions,
    /// The row of the tax tables it falls under.
    pub tax_category: String,
    /// Whether tax is due on it at all.
    pub taxable: bool,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// The customs tariff number; empty leaves the one it has.
    pub hs_code: String,
    /// The two-letter code of the country it was made in; empty leaves the one it has.
    pub origin_country: String,
    /// How much is in it, for its base price; `None` leaves what it has.
    pub measure: Option<Measure>,
    /// How many of it are sold; `None` leaves the rule it has.
    pub quantity_rule: Option<QuantityRule>,
    /// Its own picture, or empty.
    pub image_url: String,
    /// Whether a new variant can be bought; of a known one inventory tells.
    pub in_stock: bool,
}

/// What became of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upserted {
    /// The product.
    pub product_id: ProductId,
    /// Whether it is new.
    pub created: bool,
    /// What it was called, when it was found by the slug it had and got the given one.
    pub formerly: Option<FormerName>,
    /// The slug that it has and keeps, when it was found by one it had before.
    pub kept_slug: Option<Slug>,
    /// Its variants, in the order given.
    pub variant_ids: Vec<VariantId>,
    /// SKUs that another variant of the store has; the variants given them are kept without, or with the one they have.
    pub taken_skus: Vec<TakenSku>,
}

/// A SKU that a variant cannot have, because another variant of the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenSku {
    /// The SKU.
    pub sku: Sku,
    /// The one that the variant had and keeps.
    pub kept: Option<String>,
}

/// What a product was called before it was given another slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// The slug it had.
    pub slug: Slug,
    /// Its name.
    pub title: String,
}

/// Why products cannot be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum UpsertError {
    /// Two of the products have the same slug.
    #[error("two products have the slug {0}")]
    RepeatedSlug(Slug),
    /// Two variants of the product have the same options, or one has not a value for each option.
    #[error("the options of the variants of {0} do not fit")]
    Options(Slug),
    /// An amount of the product is not in the store's currency.
    #[error("a price of {0} is not in the store's currency")]
    ForeignCurrency(Slug),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes or changes the products, and tells what became of each, in their order.
pub async fn upsert_products(ctx: &mut Ctx, products: &[UpsertProduct]) -> Result<Vec<Upserted>, UpsertError> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    check_all(ctx, products)?;
    store::making::lock_many(ctx).await?;
    let owned = store::upsert::find_products(ctx, products).await?;
    let KnownSlugs {
        products: mut known_products,
        kept,
    } = known_slugs(products, owned);
    store::upsert::lock_products(ctx, products, &known_products).await?;
    let renamed = store::recognise::rename(ctx, products, &mut known_products).await?;
    let known_variants = store::upsert::find_variants(ctx, products, &known_products).await?;
    let plan = upsert_plan::plan(
        products,
        &known_products,
        known_variants,
        &mut || ctx.new_id(),
        &mut || ctx.new_id(),
    );
    store::upsert_products::update(ctx, products, &plan).await?;
    store::upsert_products::parts_first(ctx, &plan).await?;
    store::upsert::write_variants(ctx, products, &plan).await?;
    store::upsert::retire_misfits(ctx, &plan).await?;
    store::upsert::move_images(ctx, products, &plan).await?;
    store::upsert::write_images(ctx, products, &plan).await?;
    file_in_categories(ctx, products, &plan).await?;
    store::upsert_products::insert(ctx, products, &plan).await?;
    store::extras::write(ctx, products, &plan).await?;
    store::related::write(ctx, products, &plan, &renamed).await?;
    let of = |created| plan.products.iter().filter(move |planned| planned.created == created);
    let [made, changed] =
        [true, false].map(|created| of(created).map(|planned| planned.id).collect::<Vec<ProductId>>());
    if !changed.is_empty() {
        store::refresh::products(ctx, &changed).await?;
    }
    if !made.is_empty() {
        store::refresh::made(ctx, &made).await?;
    }
    let product_ids: Vec<ProductId> = plan.products.iter().map(|planned| planned.id).collect();
    ctx.publish(&ProductsImported { product_ids }).await?;
    Ok(plan.into_outcome(renamed, kept))
}

fn check_all(ctx: &Ctx, products: &[UpsertProduct]) -> Result<(), UpsertError> {
    let mut slugs = HashSet::with_capacity(products.len());
    for product in products {
        if !slugs.insert(product.slug.as_str()) {
            return Err(UpsertError::RepeatedSlug(product.slug.clone()));
        }
        let mut chosen = HashSet::new();
        let fits = product.variants.iter().all(|variant| {
            variant.option_values.len() == product.option_names.len() && chosen.insert(&variant.option_values)
        });
        if !fits || product.option_names.len() > 3 {
            return Err(UpsertError::Options(product.slug.clone()));
        }
        let foreign = product.variants.iter().any(|variant| {
            let sale = variant.sale.map(|sale| sale.price);
            let amounts = [variant.price, variant.compare_at, variant.cost, sale];
            amounts
                .into_iter()
                .flatten()
                .any(|amount| amount.currency() != ctx.currency())
        });
        if foreign {
            return Err(UpsertError::ForeignCurrency(product.slug.clone()));
        }
    }
    Ok(())
}

async fn file_in_categories(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), database::Error> {
    if products.iter().all(|product| product.category_paths.is_empty()) {
        return Ok(());
    }
    let known = store::upsert::list_categories(ctx).await?;
    let paths = products.iter().flat_map(|product| &product.category_paths);
    let tree = category_tree::grow(known, paths, &mut || ctx.new_id());
    let new: &[NewCategory] = tree.new_categories();
    if !new.is_empty() {
        store::upsert::insert_categories(ctx, new).await?;
    }
    let filed = plan.products.iter().zip(products).flat_map(|(planned, product)| {
        let tree = &tree;
        product
            .category_paths
            .iter()
            .filter_map(move |path| tree.find(path).map(|category| (planned.id, category)))
    });
    let mut filed: Vec<_> = filed.collect();
    filed.sort_unstable();
    filed.dedup();
    store::upsert::assign(ctx, &filed).await
}

impl UpsertProduct {
    /// A published product without variants, to start tests and demo data from.
    pub fn sample(slug: Slug) -> Self {
        Self {
            slug,
            formerly: None,
            title: "Sample Product".to_owned(),
            description_html: String::new(),
            short_description: String::new(),
            brand: String::new(),
            vendor: String::new(),
            kind: ProductKind::Physical,
            product_type: String::new(),
            status: ProductStatus::Active,
            published_at: Some(Time::UNIX_EPOCH),
            featured: false,
            tags: Vec::new(),
            option_names: Vec::new(),
            seo_title: String::new(),
            seo_description: String::new(),
            attributes: Attributes::new(),
            category_paths: Vec::new(),
            images: Vec::new(),
            variants: Vec::new(),
            extras: UpsertExtras::default(),
        }
    }
}

impl UpsertVariant {
    /// A variant without price or options that can be bought, to start tests and demo data from.
    pub fn sample() -> Self {
        Self {
            sku: None,
            barcode: String::new(),
            option_values: Vec::new(),
            price: None,
            compare_at: None,
            cost: None,
            sale: None,
            weight_grams: 0,
            dimensions: Dimensions::default(),
            tax_category: "standard".to_owned(),
            taxable: true,
            requires_shipping: true,
            hs_code: String::new(),
            origin_country: String::new(),
            measure: None,
            quantity_rule: None,
            image_url: String::new(),
            in_stock: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Currency;

    use super::*;

    fn usd(minor: i64) -> Option<Money> {
        Some(Money::new(minor, Currency::USD))
    }

    fn variant(sku: &str, size: &str, minor: i64) -> UpsertVariant {
        UpsertVariant {
            sku: Sku::parse(sku).ok(),
            option_values: vec![size.to_owned()],
            price: usd(minor),
            ..UpsertVariant::sample()
        }
    }

    fn shirt() -> UpsertProduct {
        UpsertProduct {
            title: "Linen Shirt".to_owned(),
            tags: vec!["summer".to_owned(), "two words".to_owned()],
            option_names: vec!["Size".to_owned()],
            category_paths: vec![vec!["Clothing".to_owned(), "Shirts".to_owned()]],
            images: vec![UpsertImage {
                url: "https://x.test/1.jpg".to_owned(),
                alt: "Front".to_owned(),
                formerly: None,
            }],
            variants: vec![variant("SH-S", "S", 2_000), variant("SH-M", "M", 2_500)],
            ..UpsertProduct::sample(Slug::parse("linen-shirt").unwrap())
        }
    }

    async fn upsert(db: &TestDatabase, products: &[UpsertProduct]) -> Vec<Upserted> {
        let mut ctx = db.work().write();
        let upserted = upsert_products(&mut ctx, products).await.unwrap();
        ctx.commit().await.unwrap();
        upserted
    }

    #[tokio::test]
    async fn a_second_time_the_same_products_are_changed() {
        let db = TestDatabase::new().await;
        let first = upsert(&db, &[shirt()]).await;
        let mut again = shirt();
        again.title = "Linen Shirt II".to_owned();
        again.variants = vec![variant("SH-M", "Medium", 2_600), variant("SH-L", "L", 3_000)];
        again.images = vec![UpsertImage {
            url: "/media/1.jpg".to_owned(),
            alt: String::new(),
            formerly: Some("https://x.test/1.jpg".to_owned()),
        }];
        let second = upsert(&db, &[again]).await;
        assert_eq!((first[0].created, second[0].created), (true, false));
        assert_eq!(first[0].product_id, second[0].product_id);
        assert_eq!(
            first[0].variant_ids[1], second[0].variant_ids[0],
            "found by SKU under its new option"
        );
        let mut ctx = db.work().read();
        let details = crate::find_product(&mut ctx, &shirt().slug).await.unwrap().unwrap();
        assert_eq!(
            (details.product.title.as_str(), details.product.version),
            ("Linen Shirt II", 2)
        );
        assert_eq!(
            (details.product.price_min, details.product.price_max),
            (usd(2_000), usd(3_000))
        );
        assert_eq!(details.product.tags, ["summer", "two words"]);
        assert_eq!(details.variants.len(), 3);
        assert_eq!(
            details
                .images
                .iter()
                .map(|image| image.url.as_str())
                .collect::<Vec<_>>(),
            ["/media/1.jpg"]
        );
        assert_eq!(
            details
                .categories
                .iter()
                .map(|category| category.slug.as_str())
                .collect::<Vec<_>>(),
            ["shirts"]
        );
    }

    #[tokio::test]
    async fn skus_of_others_are_told_and_left_to_them() {
        let db = TestDatabase::new().await;
        upsert(&db, &[shirt()]).await;
        let mut other = shirt();
        other.slug = Slug::parse("other").unwrap();
        let upserted = upsert(&db, &[other]).await;
        let taken = |sku: &str| TakenSku {
            sku: Sku::parse(sku).unwrap(),
            kept: None,
        };
        assert_eq!(upserted[0].taken_skus, [taken("SH-S"), taken("SH-M")]);
    }

    #[tokio::test]
    async fn variants_that_no_longer_fit_the_options_are_taken_off_sale() {
        let db = TestDatabase::new().await;
        upsert(&db, &[shirt()]).await;
        let mut plain = shirt();
        plain.option_names.clear();
        plain.variants = vec![UpsertVariant {
            price: usd(900),
            ..UpsertVariant::sample()
        }];
        upsert(&db, &[plain]).await;
        let mut ctx = db.work().read();
        let details = crate::find_product(&mut ctx, &shirt().slug).await.unwrap().unwrap();
        assert_eq!(details.active_variants().count(), 1);
        assert_eq!(
            (details.product.price_min, details.product.price_max),
            (usd(900), usd(900))
        );
    }

    #[tokio::test]
    async fn the_number_of_statements_does_not_grow() {
        let db = TestDatabase::new().await;
        let many: Vec<UpsertProduct> = (0..300)
            .map(|number| UpsertProduct {
                slug: Slug::parse(&format!("shirt-{number}")).unwrap(),
                variants: vec![
                    variant(&format!("S{number}"), "S", 100),
                    variant(&format!("M{number}"), "M", 100),
                ],
                ..shirt()
            })
            .collect();
        let before = db.database().statement_count();
        upsert(&db, &many).await;
        let first = db.database().statement_count() - before;
        upsert(&db, &many).await;
        let second = db.database().statement_count() - before - first;
        // One of both waits for whoever makes products, and two of the first say when it is checked that no part is without its product.
        // One of the second holds the products that are there.
        assert!(first <= 15 && second <= 13, "{first} and {second} statements");
    }

    #[tokio::test]
    async fn what_does_not_fit_is_named_before_anything_is_written() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let repeated = upsert_products(&mut ctx, &[shirt(), shirt()]).await;
        assert!(matches!(repeated, Err(UpsertError::RepeatedSlug(_))));
        let mut twice = shirt();
        twice.variants[1].option_values = vec!["S".to_owned()];
        assert!(matches!(
            upsert_products(&mut ctx, &[twice]).await,
            Err(UpsertError::Options(_))
        ));
        let mut foreign = shirt();
        foreign.variants[0].price = Some(Money::new(1, Currency::EUR));
        assert!(matches!(
            upsert_products(&mut ctx, &[foreign]).await,
            Err(UpsertError::ForeignCurrency(_))
        ));
    }
}
