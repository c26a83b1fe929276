//! A small stocked store: everything a shopper, a merchant and a thief could want, made through the domains.

use std::sync::Arc;

use catalog::{NewCollection, ProductKind, UpsertImage, UpsertProduct, UpsertVariant};
use database::{Ctx, Work};
use identity::{NewPassword, NewStaff, Register, Registered, Role};
use inventory::SetLevel;
use kernel::{AccountId, Address, EmailAddress, Money, Permission, ProductId, Sku, Slug, Store, VariantId};
use pricing::{CouponCode, CouponKind, CouponTerms, CreateCoupon};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use shipping::{BoxTerms, MethodTerms, RateKind, Region, RestrictionKind, RestrictionTerms, ZoneTerms};
use tax::{Nexus, Place};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct-horse-battery";

/// A product with one variant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) product: ProductId,
    pub(crate) variant: VariantId,
    pub(crate) slug: String,
}

impl Piece {
    /// The variant's id as forms and the API spell it.
    pub(crate) fn id(&self) -> String {
        self.variant.to_string()
    }
}

/// A store whose every text holds its mark.
pub(crate) struct TestStore {
    pub(crate) store: Arc<Store>,
    pub(crate) host: &'static str,
    pub(crate) mark: &'static str,
    /// Ten in stock, for 20.00.
    pub(crate) mug: Piece,
    /// The last one, for 50.00.
    pub(crate) lamp: Piece,
    /// A file, for 7.00; nothing is shipped.
    pub(crate) guide: Piece,
    /// Twenty products with plenty of stock, for 3.00 each.
    pub(crate) tiles: Vec<Piece>,
    /// May do everything.
    pub(crate) owner: String,
    /// May read, and ship.
    pub(crate) support: String,
    pub(crate) shopper: String,
    /// An API key that may do everything.
    pub(crate) key: String,
    work: Work,
}

/// What stocking a store came to, to be read again from a copy of its database.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stock {
    pieces: Vec<Piece>,
    key: String,
}

impl Stock {
    pub(crate) async fn put_into(work: &Work, mark: &str) -> Self {
        let [owner, support, shopper] = addresses(mark);
        // One for everybody: hashing takes longer than all the rest of a store.
        let password = NewPassword::parse(PASSWORD, &parse(&owner)).unwrap();
        let password = password.hash(work).await.unwrap();
        let mut ctx = work.write();
        let places = settle(&mut ctx, mark).await;
        let pieces = shelve(&mut ctx, mark).await;
        ship_specially(&mut ctx, mark, &pieces[2]).await;
        for (email, role) in [(&owner, Role::Owner), (&support, Role::Support)] {
            let (email, name) = (parse(email), format!("{mark} {}", role.as_str()));
            let password = password.clone();
            identity::create_staff(
                &mut ctx,
                NewStaff {
                    email,
                    name,
                    role,
                    password,
                },
            )
            .await
            .unwrap();
        }
        let register = Register {
            email: parse(&shopper),
            password,
        };
        let account_id = match identity::register(&mut ctx, register).await.unwrap() {
            Registered::New { account_id } => account_id,
            Registered::AlreadyRegistered => panic!("{shopper} exists"),
        };
        welcome(&mut ctx, account_id, &shopper, places).await;
        let (_, secret) = identity::create_api_key(&mut ctx, &format!("{mark} key"), Permission::ALL)
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        let key = secret.as_str().to_owned();
        Self { pieces, key }
    }
}

/// The owner, the support and a shopper.
fn addresses(mark: &str) -> [String; 3] {
    ["owner", "support", "shopper"].map(|name| format!("{name}@{}.example", mark.to_lowercase()))
}

impl TestStore {
    pub(crate) fn of(stock: Stock, work: Work, host: &'static str, mark: &'static str) -> Self {
        let Stock { mut pieces, key } = stock;
        let [owner, support, shopper] = addresses(mark);
        let tiles = pieces.split_off(3);
        let [mug, lamp, guide] = pieces.try_into().unwrap();
        Self {
            store: Arc::clone(work.store()),
            host,
            mark,
            mug,
            lamp,
            guide,
            tiles,
            owner,
            support,
            shopper,
            key,
            work,
        }
    }

    /// Work on this store as Souk itself.
    pub(crate) fn work(&self) -> &Work {
        &self.work
    }

    /// A coupon of ten per cent.
    pub(crate) async fn coupon(&self, code: &str, terms: impl FnOnce(CouponTerms) -> CouponTerms) {
        let mut ctx = self.work.write();
        let terms = terms(CouponTerms::of(CouponKind::Percentage(Decimal::new(1, 1))));
        let code = CouponCode::parse(code).unwrap();
        pricing::create_coupon(&mut ctx, &CreateCoupon { code, terms })
            .await
            .unwrap();
        ctx.commit().await.unwrap();
    }
}

pub(crate) fn parse(email: &str) -> EmailAddress {
    EmailAddress::parse(email).unwrap()
}

/// Tax and delivery. Returns an address to ship to.
async fn settle(ctx: &mut Ctx, mark: &str) -> Address {
    let (country, currency) = (ctx.store().country, ctx.currency());
    let nexus = Nexus(vec![
        Place::parse(if country.as_str() == "US" {
            "US-CA"
        } else {
            country.as_str()
        })
        .unwrap(),
    ]);
    tax::replace_nexus(ctx, &nexus).await.unwrap();
    let published = feeds::Settings {
        google: true,
        meta: true,
    };
    feeds::change_settings(ctx, published).await.unwrap();
    let zone = ZoneTerms {
        name: format!("{mark} zone"),
        regions: vec![Region::parse("*").unwrap()],
    };
    let zone_id = shipping::create_zone(ctx, &zone).await.unwrap();
    for (code, minor) in [("standard", 500), ("express", 1500)] {
        let method = MethodTerms::new(
            code,
            format!("{mark} {code}"),
            RateKind::Flat(Money::new(minor, currency)),
        );
        shipping::create_method(ctx, zone_id, &method).await.unwrap();
    }
    let terms = CouponTerms::of(CouponKind::Percentage(Decimal::new(1, 1)));
    let code = CouponCode::parse(&format!("{mark}10")).unwrap();
    pricing::create_coupon(ctx, &CreateCoupon { code, terms })
        .await
        .unwrap();
    Address {
        first_name: mark.to_owned(),
        last_name: "Shopper".to_owned(),
        company: String::new(),
        line1: "1 Main Street".to_owned(),
        line2: String::new(),
        city: "Springfield".to_owned(),
        state: if country.as_str() == "US" {
            "CA".to_owned()
        } else {
            "JK".to_owned()
        },
        postal_code: "90210".to_owned(),
        country,
        phone: String::new(),
    }
}

/// The products: mug, lamp, guide and the tiles.
async fn shelve(ctx: &mut Ctx, mark: &str) -> Vec<Piece> {
    let initial = mark.chars().next().unwrap().to_ascii_lowercase();
    let mut plans = vec![
        ("mug".to_owned(), 2000, Some(10)),
        ("lamp".to_owned(), 5000, Some(1)),
        ("guide".to_owned(), 700, None),
    ];
    plans.extend((1..=20).map(|number| (format!("tile{number}"), 300, Some(1000))));
    let wanted: Vec<UpsertProduct> = plans
        .iter()
        .map(|(name, minor, _)| {
            product(
                mark,
                &format!("{initial}-{name}"),
                name,
                Money::new(*minor, ctx.currency()),
            )
        })
        .collect();
    let made = catalog::upsert_products(ctx, &wanted).await.unwrap();
    let levels: Vec<SetLevel> = made
        .iter()
        .zip(&plans)
        .filter_map(|(made, (_, _, on_hand))| {
            Some(SetLevel {
                variant_id: made.variant_ids[0],
                on_hand: (*on_hand)?,
                backorder: false,
            })
        })
        .collect();
    inventory::set_levels(ctx, &levels).await.unwrap();
    let attribute = catalog::NewAttribute {
        code: String::new(),
        kind: catalog::AttributeKind::Text,
        terms: catalog::AttributeTerms {
            name: format!("{mark} Material"),
            ..Default::default()
        },
    };
    catalog::create_attribute(ctx, attribute).await.unwrap();
    let collection = NewCollection {
        slug: Some(format!("{initial}-best")),
        title: format!("{mark} Best"),
        ..Default::default()
    };
    let collection = catalog::create_collection(ctx, collection).await.unwrap();
    catalog::assign_collection(ctx, collection.id, &[made[0].product_id])
        .await
        .unwrap();
    made.into_iter()
        .zip(wanted)
        .map(|(made, wanted)| Piece {
            product: made.product_id,
            variant: made.variant_ids[0],
            slug: wanted.slug.into_string(),
        })
        .collect()
}

fn product(mark: &str, slug: &str, name: &str, price: Money) -> UpsertProduct {
    let digital = name == "guide";
    UpsertProduct {
        title: format!("{mark} {name}"),
        description_html: format!("<p>A fine {mark} thing.</p>"),
        short_description: format!("Of {mark} make."),
        brand: format!("{mark} Works"),
        vendor: format!("{mark} Vendor"),
        featured: name == "mug",
        kind: if digital {
            ProductKind::Digital
        } else {
            ProductKind::Physical
        },
        tags: vec![format!("{mark}ish")],
        category_paths: vec![vec![format!("{mark} Things")]],
        images: vec![UpsertImage {
            url: format!("/media/{}.svg", slug.replace('-', "")),
            alt: format!("{mark} picture"),
            formerly: None,
        }],
        variants: vec![UpsertVariant {
            sku: Some(Sku::parse(&format!("{mark}-{name}")).unwrap()),
            price: Some(price),
            weight_grams: 100,
            requires_shipping: !digital,
            ..UpsertVariant::sample()
        }],
        ..UpsertProduct::sample(Slug::parse(slug).unwrap())
    }
}

/// A profile, a box and a restriction, none of which changes what the pieces cost to ship.
async fn ship_specially(ctx: &mut Ctx, mark: &str, download: &Piece) {
    shipping::put_profile(ctx, None, &format!("{mark} profile"), &[download.product])
        .await
        .unwrap();
    let terms = BoxTerms {
        name: format!("{mark} box"),
        length_mm: 300,
        width_mm: 200,
        height_mm: 100,
        tare_grams: 100,
        max_weight_grams: 10_000,
    };
    shipping::put_box(ctx, None, &terms).await.unwrap();
    let terms = RestrictionTerms {
        product_id: download.product,
        variant_id: None,
        kind: RestrictionKind::NotTo,
        regions: vec![Region::parse("KP").unwrap()],
    };
    shipping::put_restriction(ctx, None, &terms).await.unwrap();
}

/// Opens the customer of an account, with an address in the book.
async fn welcome(ctx: &mut Ctx, account_id: AccountId, email: &str, address: Address) {
    let token = identity::create_mail_token(ctx, account_id, identity::MailPurpose::VerifyEmail)
        .await
        .unwrap();
    identity::verify_email(
        ctx,
        token.as_str(),
        identity::LinkFollower {
            signed_in: Some(account_id),
            mark: None,
        },
    )
    .await
    .unwrap();
    let open = customers::OpenCustomer {
        account_id,
        email: parse(email),
        first_name: address.first_name.clone(),
        last_name: address.last_name.clone(),
    };
    let customer = customers::open(ctx, open).await.unwrap();
    customers::add_address(ctx, customer, address).await.unwrap();
}
