//! A review as its table has it. Rows are read by column and written as JSON documents of the table's own row type, so that
//! one review and a thousand are written by the same statement.

use database::Error;
use kernel::{CustomerId, EmailAddress, Locale, OrderId, ProductId, ReviewId, StoreId, Time};
use serde::Serialize;
use uuid::Uuid;

use crate::{Review, ReviewState, Suspicion, spam};

/// The columns of [`ReviewRow`], of a table called `r`.
macro_rules! review_columns {
    () => {
        "r.id, r.product_id, r.customer_id, r.order_id, r.email, r.author, r.stars, r.title, r.body, r.photos, r.locale, \
         r.verified, r.state, r.reason, r.suspicions, r.undo_state, r.reply, r.replied_at, r.helpful, r.reports, r.version, \
         r.created_at, r.updated_at"
    };
}
pub(crate) use review_columns;

#[derive(Serialize, sqlx::FromRow)]
pub(crate) struct ReviewRow {
    id: Uuid,
    product_id: Uuid,
    customer_id: Option<Uuid>,
    order_id: Option<Uuid>,
    email: String,
    author: String,
    stars: i32,
    title: String,
    body: String,
    photos: Vec<String>,
    locale: String,
    verified: bool,
    state: String,
    reason: String,
    suspicions: Vec<String>,
    undo_state: Option<String>,
    reply: String,
    replied_at: Option<Time>,
    helpful: i64,
    reports: i64,
    version: i64,
    created_at: Time,
    updated_at: Time,
}

/// What is inserted: a row with what only the table needs.
#[derive(Serialize)]
pub(crate) struct NewRow {
    store_id: Uuid,
    #[serde(flatten)]
    row: ReviewRow,
    /// As PostgreSQL reads bytes.
    fingerprint: Option<String>,
    undo_reason: &'static str,
}

pub(crate) fn state(text: &str) -> Result<ReviewState, Error> {
    ReviewState::parse(text).ok_or_else(|| Error::corrupt("reviews.state", text))
}

impl NewRow {
    pub(crate) fn of(store_id: StoreId, review: &Review) -> Self {
        let fingerprint = spam::fingerprint(&review.body);
        Self {
            store_id: store_id.into(),
            row: ReviewRow::from(review),
            fingerprint: fingerprint.map(|bytes| {
                bytes
                    .iter()
                    .fold("\\x".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
            }),
            undo_reason: "",
        }
    }
}

impl From<&Review> for ReviewRow {
    fn from(review: &Review) -> Self {
        let suspicions = review.suspicions.iter();
        Self {
            id: review.id.into(),
            product_id: review.product_id.into(),
            customer_id: review.customer_id.map(Uuid::from),
            order_id: review.order_id.map(Uuid::from),
            email: review.email.as_str().to_owned(),
            author: review.author.clone(),
            stars: review.stars,
            title: review.title.clone(),
            body: review.body.clone(),
            photos: review.photos.clone(),
            locale: review.locale.code().to_owned(),
            verified: review.verified,
            state: review.state.as_str().to_owned(),
            reason: review.reason.clone(),
            suspicions: suspicions.map(|suspicion| suspicion.as_str().to_owned()).collect(),
            undo_state: review.undo_state.map(|state| state.as_str().to_owned()),
            reply: review.reply.clone(),
            replied_at: review.replied_at,
            helpful: review.helpful,
            reports: review.reports,
            version: review.version,
            created_at: review.created_at,
            updated_at: review.updated_at,
        }
    }
}

impl TryFrom<ReviewRow> for Review {
    type Error = Error;

    fn try_from(row: ReviewRow) -> Result<Self, Error> {
        let suspicions = row
            .suspicions
            .iter()
            .map(|name| Suspicion::parse(name).ok_or_else(|| Error::corrupt("reviews.suspicions", name)));
        Ok(Self {
            id: ReviewId::from(row.id),
            product_id: ProductId::from(row.product_id),
            customer_id: row.customer_id.map(CustomerId::from),
            order_id: row.order_id.map(OrderId::from),
            email: EmailAddress::parse(&row.email).map_err(|_e| Error::corrupt("reviews.email", &row.email))?,
            author: row.author,
            stars: row.stars,
            title: row.title,
            body: row.body,
            photos: row.photos,
            locale: row
                .locale
                .parse::<Locale>()
                .map_err(|_e| Error::corrupt("reviews.locale", &row.locale))?,
            verified: row.verified,
            state: state(&row.state)?,
            reason: row.reason,
            suspicions: suspicions.collect::<Result<_, _>>()?,
            undo_state: row.undo_state.as_deref().map(state).transpose()?,
            reply: row.reply,
            replied_at: row.replied_at,
            helpful: row.helpful,
            reports: row.reports,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Reviews of rows, in their order.
pub(crate) fn reviews(rows: Vec<ReviewRow>) -> Result<Vec<Review>, Error> {
    rows.into_iter().map(Review::try_from).collect()
}
