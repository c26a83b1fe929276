//! Lists of coupons.

use database::{Ctx, Error};
use kernel::{CouponId, Cursor, FieldError, Page, PageRequest, Time};

use super::CouponRow;
use crate::{Coupon, reads::CouponSort};

macro_rules! page {
    ($after:literal, $order:literal) => {
        concat!(
            "SELECT c.*, (SELECT count(*) FROM pricing.coupons WHERE store_id = $1) AS total FROM pricing.coupons c WHERE c.store_id = $1 AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT $2"
        )
    };
}

database::statements! {
    LIST_NEWEST = page!("($3::timestamptz IS NULL OR (c.created_at, c.id) < ($3, $4::uuid))", "c.created_at DESC, c.id DESC");
    LIST_OLDEST = page!("($3::timestamptz IS NULL OR (c.created_at, c.id) > ($3, $4::uuid))", "c.created_at, c.id");
    /// A code is one coupon's.
    LIST_BY_CODE = page!("($3::text IS NULL OR c.code > $3)", "c.code");
    LIST_BY_CODE_BACKWARDS = page!("($3::text IS NULL OR c.code < $3)", "c.code DESC");
    /// The expression is the one of the index `coupons_by_end`.
    LIST_ENDS_FIRST = page!("($4::uuid IS NULL OR (coalesce(c.ends_at, 'infinity'), c.id) > (coalesce($3::timestamptz, 'infinity'), $4))",
        "coalesce(c.ends_at, 'infinity'), c.id");
    LIST_ENDS_LAST = page!("($4::uuid IS NULL OR (coalesce(c.ends_at, 'infinity'), c.id) < (coalesce($3::timestamptz, 'infinity'), $4))",
        "coalesce(c.ends_at, 'infinity') DESC, c.id DESC");
}

/// The last row of a page by what the list is sorted by. Ids tell rows apart that are alike in it.
pub(crate) enum After {
    At(Option<Time>, CouponId),
    Code(String),
}

impl After {
    /// What a cursor of a list in that order says.
    pub(crate) fn read(sort: CouponSort, cursor: &Cursor) -> Result<Self, FieldError> {
        match sort {
            CouponSort::Code | CouponSort::CodeBackwards => Ok(Self::Code(cursor.decode()?)),
            CouponSort::Newest | CouponSort::Oldest => {
                let (at, id): (Time, CouponId) = cursor.decode()?;
                Ok(Self::At(Some(at), id))
            }
            CouponSort::EndsFirst | CouponSort::EndsLast => {
                let (at, id) = cursor.decode()?;
                Ok(Self::At(at, id))
            }
        }
    }
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    coupon: CouponRow,
    total: i64,
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    sort: CouponSort,
    request: &PageRequest,
    after: Option<After>,
) -> Result<Page<Coupon>, Error> {
    let sql = match sort {
        CouponSort::Newest => LIST_NEWEST,
        CouponSort::Oldest => LIST_OLDEST,
        CouponSort::Code => LIST_BY_CODE,
        CouponSort::CodeBackwards => LIST_BY_CODE_BACKWARDS,
        CouponSort::EndsFirst => LIST_ENDS_FIRST,
        CouponSort::EndsLast => LIST_ENDS_LAST,
    };
    let is_by_code = matches!(sort, CouponSort::Code | CouponSort::CodeBackwards);
    let query = sqlx::query_as(sql).bind(ctx.store_id()).bind(request.limit_plus_one());
    let query = match after {
        Some(After::Code(code)) => query.bind(Some(code)),
        None if is_by_code => query.bind(None::<String>),
        Some(After::At(at, id)) => query.bind(at).bind(Some(id)),
        None => query.bind(None::<Time>).bind(None::<CouponId>),
    };
    let rows: Vec<ListedRow> = query.fetch_all(ctx.sql().await?).await?;
    let total = rows.first().map_or(0, |row| row.total);
    let coupons: Vec<Coupon> = rows
        .into_iter()
        .map(|row| row.coupon.try_into())
        .collect::<Result<_, Error>>()?;
    Ok(match sort {
        CouponSort::Code | CouponSort::CodeBackwards => {
            Page::from_rows(coupons, request, total, |coupon| coupon.code.as_str().to_owned())
        }
        CouponSort::Newest | CouponSort::Oldest => {
            Page::from_rows(coupons, request, total, |coupon| (coupon.created_at, coupon.id))
        }
        CouponSort::EndsFirst | CouponSort::EndsLast => {
            Page::from_rows(coupons, request, total, |coupon| (coupon.terms.ends_at, coupon.id))
        }
    })
}
