//! What price lists offer customers: read beside what is sold, or for a page.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CountryCode, Currency, CustomerId, Money, PriceListId, ProductId, VariantId};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::rows::{currency, measure};
use crate::{ListOffer, Measure, PriceBreak};

/// What lists that are on at the moment `$3` offer, by variant, in two common tables. The customers are `$4`, and who has no address
/// is where the store is, `$5`; which of them asks for which variant say the rows `w` of `$wanted`. Only those are looked at: many
/// shoppers in one statement each want a few of its variants.
macro_rules! offers {
    ($wanted:literal) => {
        concat!(
            "WITH lists AS MATERIALIZED ( \
                SELECT DISTINCT m.customer_id, coalesce(m.country, $5) AS home, l.id, l.name, l.priority, l.countries, l.percent_off \
                FROM catalog.list_members m JOIN catalog.price_lists l ON l.store_id = m.store_id AND l.id = m.list_id \
                WHERE m.store_id = $1 AND m.customer_id = ANY($4::uuid[]) AND l.active \
                  AND (l.starts_at IS NULL OR l.starts_at <= $3) AND (l.ends_at IS NULL OR $3 < l.ends_at) \
            ), offers AS MATERIALIZED ( \
                SELECT w.variant_id, jsonb_agg(jsonb_build_object('customer_id', lists.customer_id, 'home', lists.home, \
                    'list_id', lists.id, 'list_name', lists.name, 'priority', lists.priority, 'countries', lists.countries, \
                    'percent_off', lists.percent_off::text, 'breaks', prices.breaks)) AS offers \
                FROM ",
            $wanted,
            " JOIN lists ON lists.customer_id = w.customer_id CROSS JOIN LATERAL ( \
                    SELECT coalesce(jsonb_agg(jsonb_build_array(lp.min_quantity, lp.price, lp.currency) ORDER BY lp.min_quantity), '[]') AS breaks \
                    FROM catalog.list_prices lp WHERE lp.store_id = $1 AND lp.list_id = lists.id AND lp.variant_id = w.variant_id \
                ) prices WHERE lists.percent_off IS NOT NULL OR prices.breaks <> '[]' GROUP BY w.variant_id \
            ) "
        )
    };
}
pub(crate) use offers;

database::statements! {
    LIST = concat!(offers!("(SELECT c.customer_id, v.variant_id FROM unnest($4::uuid[]) AS c (customer_id), unnest($2::uuid[]) AS v (variant_id)) w"),
        "SELECT v.id, v.currency, offers.offers FROM offers JOIN catalog.variants v ON v.store_id = $1 AND v.id = offers.variant_id");
    /// Of the variants of products that shoppers can choose, with what everybody pays for them.
    LIST_OF_PRODUCTS = concat!(offers!("(SELECT c.customer_id, v.id AS variant_id FROM unnest($4::uuid[]) AS c (customer_id), catalog.variants v \
            WHERE v.store_id = $1 AND v.product_id = ANY($2::uuid[]) AND v.active AND v.price IS NOT NULL) w"),
        "SELECT v.product_id, v.currency, v.price, v.sale_price, v.sale_starts_at, v.sale_ends_at, v.measure, v.measure_base, offers.offers \
        FROM catalog.variants v LEFT JOIN offers ON offers.variant_id = v.id WHERE v.store_id = $1 AND v.product_id = ANY($2::uuid[]) \
          AND v.active AND v.price IS NOT NULL AND EXISTS (SELECT FROM lists) ORDER BY v.product_id, v.position");
}

/// An offer as the statements build it.
#[derive(Debug, Deserialize)]
pub(crate) struct OfferDocument {
    customer_id: Uuid,
    home: CountryCode,
    list_id: Uuid,
    list_name: String,
    priority: i32,
    countries: Vec<CountryCode>,
    percent_off: Option<String>,
    breaks: Vec<(i64, i64, String)>,
}

impl OfferDocument {
    fn read(self, currency: Currency) -> Result<ListOffer, Error> {
        let percent_off = match self.percent_off {
            Some(text) => {
                let fraction = text.parse::<Decimal>();
                Some(fraction.map_err(|_error| Error::corrupt("price_lists.percent_off", text))?)
            }
            None => None,
        };
        // What was asked in a currency that the store had before says nothing.
        let of_currency = self.breaks.into_iter().filter(|(_, _, code)| code == currency.code());
        let step = |(min_quantity, price, _)| PriceBreak {
            min_quantity,
            price: Money::new(price, currency),
        };
        Ok(ListOffer {
            customer_id: self.customer_id.into(),
            home: self.home,
            list_id: PriceListId::from(self.list_id),
            list_name: self.list_name,
            priority: self.priority,
            countries: self.countries,
            percent_off,
            breaks: of_currency.map(step).collect(),
        })
    }
}

/// The offers of a row in its currency.
pub(crate) fn read(offers: Option<Json<Vec<OfferDocument>>>, currency: Currency) -> Result<Vec<ListOffer>, Error> {
    let offers = offers.map(|offers| offers.0).unwrap_or_default();
    offers.into_iter().map(|offer| offer.read(currency)).collect()
}

#[derive(sqlx::FromRow)]
struct OffersRow {
    id: VariantId,
    currency: String,
    offers: Option<Json<Vec<OfferDocument>>>,
}

/// What lists offer a customer for variants; those that none says anything of are left out.
pub(crate) async fn list(
    ctx: &mut Ctx,
    ids: &[VariantId],
    customer: CustomerId,
) -> Result<HashMap<VariantId, Vec<ListOffer>>, Error> {
    let (store_id, now, country) = (ctx.store_id(), ctx.now(), ctx.store().country);
    let query = sqlx::query_as(LIST).bind(store_id).bind(ids).bind(now);
    let query = query.bind([customer]).bind(country.as_str().to_owned());
    let rows: Vec<OffersRow> = query.fetch_all(ctx.sql().await?).await?;
    let offers = |row: OffersRow| Ok((row.id, read(row.offers, currency(&row.currency)?)?));
    rows.into_iter().map(offers).collect()
}

#[derive(sqlx::FromRow)]
struct PricedRow {
    product_id: ProductId,
    currency: String,
    price: i64,
    sale_price: Option<i64>,
    sale_starts_at: Option<kernel::Time>,
    sale_ends_at: Option<kernel::Time>,
    measure: String,
    measure_base: String,
    offers: Option<Json<Vec<OfferDocument>>>,
}

/// The regular price, a sale, how much is in it, and what lists offer, for one variant of a product.
pub(crate) struct Priced {
    pub(crate) product_id: ProductId,
    pub(crate) price: Money,
    pub(crate) sale: Option<crate::Sale>,
    pub(crate) measure: Option<Measure>,
    pub(crate) offers: Vec<ListOffer>,
}

/// The variants of products in their order, for a customer whom some list is for; none for anybody else.
pub(crate) async fn list_of_products(
    ctx: &mut Ctx,
    ids: &[ProductId],
    customer: CustomerId,
) -> Result<Vec<Priced>, Error> {
    let (store_id, now, country) = (ctx.store_id(), ctx.now(), ctx.store().country);
    let query = sqlx::query_as(LIST_OF_PRODUCTS).bind(store_id).bind(ids).bind(now);
    let query = query.bind([customer]).bind(country.as_str().to_owned());
    let rows: Vec<PricedRow> = query.fetch_all(ctx.sql().await?).await?;
    let priced = |row: PricedRow| {
        let currency = currency(&row.currency)?;
        Ok(Priced {
            product_id: row.product_id,
            price: Money::new(row.price, currency),
            sale: row.sale_price.map(|price| crate::Sale {
                price: Money::new(price, currency),
                starts_at: row.sale_starts_at,
                ends_at: row.sale_ends_at,
            }),
            measure: measure(&row.measure, &row.measure_base)?,
            offers: read(row.offers, currency)?,
        })
    };
    rows.into_iter().map(priced).collect()
}
