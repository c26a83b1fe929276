//! The SQL of this domain.

pub(crate) mod erase;
pub(crate) mod listing;

use database::{Ctx, Error, OnConstraint as _};
use kernel::{CollectionId, CouponId, Currency, Money, OrderId, ProductId, Time};
use rust_decimal::Decimal;

use crate::{
    Coupon, CouponCode, CouponFacts, CouponKind, CouponTerms, CreateCouponError, Redeem, RedeemError, UpdateCouponError,
};

database::statements! {
    INSERT_COUPON = "INSERT INTO pricing.coupons AS c (store_id, id, kind, percentage, currency, amount, minimum, cap, product_ids, \
            collection_ids, starts_at, ends_at, total_limit, customer_limit, active, code, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING c.*";
    UPDATE_COUPON = "UPDATE pricing.coupons AS c SET kind = $3, percentage = $4, currency = $5, amount = $6, minimum = $7, cap = $8, \
            product_ids = $9, collection_ids = $10, starts_at = $11, ends_at = $12, total_limit = $13, customer_limit = $14, \
            active = $15, version = version + 1 WHERE store_id = $1 AND id = $2 AND version = $16 RETURNING c.*";
    FIND_COUPON = "SELECT * FROM pricing.coupons WHERE store_id = $1 AND id = $2";
    FIND_COUPON_BY_CODE = "SELECT * FROM pricing.coupons WHERE store_id = $1 AND code = $2";
    COUPONS_BY_CODES = "SELECT c.*, coalesce(u.used_count, 0) AS customer_uses FROM pricing.coupons c \
            LEFT JOIN pricing.coupon_uses u ON u.store_id = c.store_id AND u.coupon_id = c.id AND u.customer_key = $3 \
            WHERE c.store_id = $1 AND c.code = ANY($2)";
    /// Coupons are locked in the order of their ids, so that orders with several coupons cannot wait for each other. The
    /// limits are the CHECKs on both counters: a use too many fails the statement.
    /// Coupons are locked in the order of their ids, so that two batches never wait for each other. The limits are CHECKs.
    REDEEM = "WITH wanted AS ( \
                SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS w (coupon_id, order_id, customer_key) \
            ), locked AS ( \
                SELECT id, customer_limit FROM pricing.coupons WHERE store_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE \
            ), redeemed AS ( \
                INSERT INTO pricing.redemptions AS r (store_id, coupon_id, order_id, customer_key, redeemed_at) \
                SELECT $1, locked.id, w.order_id, w.customer_key, $5 FROM wanted w JOIN locked ON locked.id = w.coupon_id \
                ON CONFLICT ON CONSTRAINT redemptions_pk \
                DO UPDATE SET released_at = NULL, redeemed_at = EXCLUDED.redeemed_at, customer_key = EXCLUDED.customer_key \
                WHERE r.released_at IS NOT NULL RETURNING coupon_id, customer_key \
            ), counted AS ( \
                UPDATE pricing.coupons c SET used_count = c.used_count + n.uses \
                FROM (SELECT coupon_id, count(*) AS uses FROM redeemed GROUP BY coupon_id) n WHERE c.store_id = $1 AND c.id = n.coupon_id \
            ) INSERT INTO pricing.coupon_uses AS u (store_id, coupon_id, customer_key, used_count, customer_limit) \
            SELECT $1, locked.id, r.customer_key, count(*), locked.customer_limit FROM locked JOIN redeemed r ON r.coupon_id = locked.id \
            GROUP BY locked.id, r.customer_key, locked.customer_limit \
            ON CONFLICT ON CONSTRAINT coupon_uses_pk \
            DO UPDATE SET used_count = u.used_count + EXCLUDED.used_count, customer_limit = EXCLUDED.customer_limit";
    RELEASE = "WITH locked AS ( \
                SELECT id FROM pricing.coupons WHERE store_id = $1 AND id IN ( \
                    SELECT coupon_id FROM pricing.redemptions WHERE store_id = $1 AND order_id = $2 AND released_at IS NULL \
                ) ORDER BY id FOR UPDATE \
            ), released AS ( \
                UPDATE pricing.redemptions r SET released_at = $3 FROM locked \
                WHERE r.store_id = $1 AND r.order_id = $2 AND r.coupon_id = locked.id AND r.released_at IS NULL \
                RETURNING r.coupon_id, r.customer_key \
            ), counted AS ( \
                UPDATE pricing.coupons c SET used_count = c.used_count - 1 FROM released WHERE c.store_id = $1 AND c.id = released.coupon_id \
            ) UPDATE pricing.coupon_uses u SET used_count = u.used_count - 1 FROM released \
            WHERE u.store_id = $1 AND u.coupon_id = released.coupon_id AND u.customer_key = released.customer_key";
    /// Coupons, and customers of coupons, whose counter is not the number of their open redemptions.
    MISCOUNTED = "SELECT c.code, '' AS customer_key, c.used_count, count(r.order_id) AS redeemed FROM pricing.coupons c \
            LEFT JOIN pricing.redemptions r ON r.store_id = c.store_id AND r.coupon_id = c.id AND r.released_at IS NULL \
            WHERE c.store_id = $1 GROUP BY c.id, c.code, c.used_count HAVING c.used_count <> count(r.order_id) \
            UNION ALL \
            SELECT c.code, u.customer_key, u.used_count, count(r.order_id) FROM pricing.coupon_uses u \
            JOIN pricing.coupons c ON c.store_id = u.store_id AND c.id = u.coupon_id \
            LEFT JOIN pricing.redemptions r ON r.store_id = u.store_id AND r.coupon_id = u.coupon_id \
                AND r.customer_key = u.customer_key AND r.released_at IS NULL \
            WHERE u.store_id = $1 GROUP BY c.id, c.code, u.customer_key, u.used_count HAVING u.used_count <> count(r.order_id)";
}

#[derive(sqlx::FromRow)]
struct CouponRow {
    id: CouponId,
    code: String,
    kind: String,
    percentage: Option<Decimal>,
    currency: String,
    amount: Option<i64>,
    minimum: Option<i64>,
    cap: Option<i64>,
    product_ids: Vec<ProductId>,
    collection_ids: Vec<CollectionId>,
    starts_at: Option<Time>,
    ends_at: Option<Time>,
    total_limit: Option<i64>,
    customer_limit: Option<i64>,
    used_count: i64,
    active: bool,
    version: i64,
    created_at: Time,
}

impl TryFrom<CouponRow> for Coupon {
    type Error = Error;

    fn try_from(row: CouponRow) -> Result<Self, Error> {
        let currency: Currency = row
            .currency
            .parse()
            .map_err(|_not_a_code| Error::corrupt("coupons.currency", &row.currency))?;
        let money = |minor| Money::new(minor, currency);
        let kind = match (row.kind.as_str(), row.percentage, row.amount) {
            ("percentage", Some(fraction), _) => CouponKind::Percentage(fraction.normalize()),
            ("fixed_amount", _, Some(amount)) => CouponKind::FixedAmount(money(amount)),
            ("free_shipping", _, _) => CouponKind::FreeShipping,
            (other, _, _) => return Err(Error::corrupt("coupons.kind", other)),
        };
        Ok(Self {
            id: row.id,
            code: CouponCode::parse(&row.code).map_err(|_not_a_code| Error::corrupt("coupons.code", &row.code))?,
            terms: CouponTerms {
                kind,
                minimum: row.minimum.map(money),
                cap: row.cap.map(money),
                products: row.product_ids,
                collections: row.collection_ids,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                total_limit: row.total_limit,
                customer_limit: row.customer_limit,
                active: row.active,
            },
            used_count: row.used_count,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

pub(crate) async fn insert_coupon(
    ctx: &mut Ctx,
    code: &CouponCode,
    terms: &CouponTerms,
) -> Result<Coupon, CreateCouponError> {
    let (store, id, now, currency) = (ctx.store_id(), ctx.new_id::<CouponId>(), ctx.now(), ctx.currency());
    let insert = bind_terms(sqlx::query_as(INSERT_COUPON).bind(store).bind(id), terms, currency);
    let insert = insert.bind(code.as_str()).bind(now);
    let row = insert.fetch_one(ctx.sql().await?).await.map_err(Error::from);
    Ok(row
        .on_constraint("coupons_code_key", || CreateCouponError::CodeTaken)?
        .try_into()?)
}

/// The changed coupon, or `None` when it is not there in that version.
pub(crate) async fn update_coupon(
    ctx: &mut Ctx,
    id: CouponId,
    version: i64,
    terms: &CouponTerms,
) -> Result<Option<Coupon>, UpdateCouponError> {
    let (store, currency) = (ctx.store_id(), ctx.currency());
    let update = bind_terms(sqlx::query_as(UPDATE_COUPON).bind(store).bind(id), terms, currency);
    let row = update
        .bind(version)
        .fetch_optional(ctx.sql().await?)
        .await
        .map_err(Error::from);
    let row = row.on_constraint("coupons_used_count_check", || UpdateCouponError::LimitBelowUses)?;
    Ok(row.map(Coupon::try_from).transpose()?)
}

type CouponQuery<'q> = sqlx::query::QueryAs<'q, sqlx::Postgres, CouponRow, sqlx::postgres::PgArguments>;

/// Binds the terms to the parameters from the third on.
fn bind_terms<'q>(query: CouponQuery<'q>, terms: &'q CouponTerms, currency: Currency) -> CouponQuery<'q> {
    let (kind, percentage, amount) = match terms.kind {
        CouponKind::Percentage(fraction) => ("percentage", Some(fraction), None),
        CouponKind::FixedAmount(amount) => ("fixed_amount", None, Some(amount.minor())),
        CouponKind::FreeShipping => ("free_shipping", None, None),
    };
    query
        .bind(kind)
        .bind(percentage)
        .bind(currency.code())
        .bind(amount)
        .bind(terms.minimum.map(Money::minor))
        .bind(terms.cap.map(Money::minor))
        .bind(&terms.products)
        .bind(&terms.collections)
        .bind(terms.starts_at)
        .bind(terms.ends_at)
        .bind(terms.total_limit)
        .bind(terms.customer_limit)
        .bind(terms.active)
}

pub(crate) async fn find_coupon(ctx: &mut Ctx, id: CouponId) -> Result<Option<Coupon>, Error> {
    let store = ctx.store_id();
    let row: Option<CouponRow> = sqlx::query_as(FIND_COUPON)
        .bind(store)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Coupon::try_from).transpose()
}

pub(crate) async fn find_coupon_by_code(ctx: &mut Ctx, code: &CouponCode) -> Result<Option<Coupon>, Error> {
    let store = ctx.store_id();
    let find = sqlx::query_as(FIND_COUPON_BY_CODE).bind(store).bind(code.as_str());
    let row: Option<CouponRow> = find.fetch_optional(ctx.sql().await?).await?;
    row.map(Coupon::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct EnteredRow {
    #[sqlx(flatten)]
    coupon: CouponRow,
    customer_uses: i64,
}

/// The coupons of these codes, with how often the customer has used each.
pub(crate) async fn coupons_by_codes(
    ctx: &mut Ctx,
    codes: &[String],
    customer_key: &str,
) -> Result<Vec<CouponFacts>, Error> {
    let store = ctx.store_id();
    let find = sqlx::query_as(COUPONS_BY_CODES)
        .bind(store)
        .bind(codes)
        .bind(customer_key);
    let rows: Vec<EnteredRow> = find.fetch_all(ctx.sql().await?).await?;
    rows.into_iter()
        .map(|row| {
            let (code, customer_uses) = (row.coupon.code.clone(), row.customer_uses);
            Ok(CouponFacts {
                code,
                coupon: Some(row.coupon.try_into()?),
                customer_uses,
            })
        })
        .collect()
}

pub(crate) async fn redeem(ctx: &mut Ctx, redemptions: &[Redeem<'_>]) -> Result<(), RedeemError> {
    let (store, now) = (ctx.store_id(), ctx.now());
    let uses = || {
        redemptions
            .iter()
            .flat_map(|one| one.coupon_ids.iter().map(move |coupon| (coupon, one)))
    };
    let redeem = sqlx::query(REDEEM)
        .bind(store)
        .bind(uses().map(|(coupon, _)| *coupon).collect::<Vec<CouponId>>())
        .bind(uses().map(|(_, one)| one.order_id).collect::<Vec<OrderId>>())
        .bind(uses().map(|(_, one)| one.customer_key.as_str()).collect::<Vec<_>>())
        .bind(now);
    let done = redeem.execute(ctx.sql().await?).await.map_err(Error::from);
    match done {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.constraint() {
            Some("coupons_used_count_check") => RedeemError::UsageLimitReached,
            Some("coupon_uses_customer_limit_check") => RedeemError::CustomerLimitReached,
            Some(_) | None => RedeemError::Internal(error),
        }),
    }
}

pub(crate) async fn release(ctx: &mut Ctx, order: OrderId) -> Result<(), Error> {
    let (store, now) = (ctx.store_id(), ctx.now());
    sqlx::query(RELEASE)
        .bind(store)
        .bind(order)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// Code, customer (empty for the coupon itself), what is counted, and what was redeemed.
#[derive(sqlx::FromRow)]
pub(crate) struct Miscount {
    pub(crate) code: String,
    pub(crate) customer_key: String,
    pub(crate) used_count: i64,
    pub(crate) redeemed: i64,
}

pub(crate) async fn list_miscounted(ctx: &mut Ctx) -> Result<Vec<Miscount>, Error> {
    let store = ctx.store_id();
    Ok(sqlx::query_as(MISCOUNTED)
        .bind(store)
        .fetch_all(ctx.sql().await?)
        .await?)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_accepts_every_statement() {
        let db = TestDatabase::new().await;
        prepare_all(&db, super::STATEMENTS).await;
        prepare_all(&db, super::listing::STATEMENTS).await;
        prepare_all(&db, super::erase::STATEMENTS).await;
    }
}
