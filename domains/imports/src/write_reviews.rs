//! Rows of reviews: a product, stars, and who says what of it.

use std::collections::HashMap;

use catalog::Label;
use database::{Ctx, Work};
use kernel::{EmailAddress, ProductId};
use reviews::{Draft, NewReview, ReviewState};

use crate::{halving::in_transaction, records::Record, values, write_error::WriteError, write_records::RecordOutcome};

/// What other shops call a review that everybody sees, one that waits, and one that nobody is to see.
const STATES: &[(ReviewState, &[&str])] = &[
    (
        ReviewState::Published,
        &[
            "",
            "published",
            "ok",
            "approved",
            "active",
            "enabled",
            "true",
            "yes",
            "1",
        ],
    ),
    (
        ReviewState::Waiting,
        &["waiting", "pending", "not-yet", "not yet", "unapproved"],
    ),
    (
        ReviewState::Rejected,
        &[
            "rejected",
            "spam",
            "hidden",
            "unpublished",
            "disabled",
            "archived",
            "false",
            "no",
            "0",
        ],
    ),
];

/// Makes reviews, or brings what the rows say to those of the same product and address.
pub(crate) async fn write(work: &Work, records: &[Record], dry_run: bool) -> Result<Vec<RecordOutcome>, WriteError> {
    in_transaction(work, dry_run, records, |ctx, records| Box::pin(put(ctx, records))).await
}

async fn put(ctx: &mut Ctx, records: &[Record]) -> Result<Vec<RecordOutcome>, WriteError> {
    let products = products(ctx, records).await?;
    let pictures = pictures(ctx, records).await?;
    let now = ctx.now();
    let rows: Vec<Result<NewReview, (&'static str, String)>> = records
        .iter()
        .map(|record| read(record, &products, &pictures, now))
        .collect();
    let wanted: Vec<NewReview> = rows.iter().flatten().cloned().collect();
    let mut created = reviews::put_reviews(ctx, &wanted).await?.into_iter();
    let outcomes = records.iter().zip(rows).map(|(record, row)| match row {
        Ok(review) => {
            let created = created.next().unwrap_or_default();
            let named = photos(record).len();
            match (named > review.draft.photos().len(), created) {
                (true, created) => RecordOutcome::Partly {
                    created,
                    column: "photos",
                    reason: "pictures that the store does not have are left out".to_owned(),
                },
                (false, true) => RecordOutcome::Created,
                (false, false) => RecordOutcome::Updated,
            }
        }
        Err((column, reason)) => RecordOutcome::Refused {
            column,
            reason: format!("{reason}; the row is left out"),
        },
    });
    Ok(outcomes.collect())
}

/// The products that the rows name by handle or SKU.
async fn products(ctx: &mut Ctx, records: &[Record]) -> Result<HashMap<String, ProductId>, database::Error> {
    let named = records
        .iter()
        .flat_map(|record| [record.cell(0).trim(), record.cell(1).trim()]);
    let mut named: Vec<String> = named.filter(|text| !text.is_empty()).map(str::to_owned).collect();
    named.sort_unstable();
    named.dedup();
    let labels = catalog::find_labels(ctx, &named).await?.into_iter();
    Ok(labels
        .map(|Label { typed, product_id, .. }| (typed, product_id))
        .collect())
}

/// The store's own pictures among those that the rows name.
async fn pictures(ctx: &mut Ctx, records: &[Record]) -> Result<Vec<String>, database::Error> {
    let named: Vec<String> = records.iter().flat_map(photos).map(str::to_owned).collect();
    let files = media::find_pictures(ctx, &named).await?.into_iter();
    Ok(files.map(|file| file.url).collect())
}

fn photos(record: &Record) -> Vec<&str> {
    record.cell(11).split_whitespace().collect()
}

/// The cells in the order of the columns of `records`.
fn read(
    record: &Record,
    products: &HashMap<String, ProductId>,
    pictures: &[String],
    now: kernel::Time,
) -> Result<NewReview, (&'static str, String)> {
    let [
        handle,
        sku,
        rating,
        title,
        body,
        author,
        email,
        created_at,
        verified,
        state,
        reply,
    ] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(|index| record.cell(index).trim());
    let product_id = match (
        products.get(handle),
        products.get(sku),
        handle.is_empty() && sku.is_empty(),
    ) {
        (Some(product), _, _) | (None, Some(product), _) => *product,
        (None, None, true) => return Err(("handle", "neither a handle nor a SKU names the product".to_owned())),
        (None, None, false) => {
            return Err((
                "handle",
                format!("there is no product {:?}", format!("{handle} {sku}").trim()),
            ));
        }
    };
    if email.is_empty() {
        return Err(("email", "the e-mail address is missing".to_owned()));
    }
    let email = EmailAddress::parse(email).map_err(|error| ("email", format!("{email:?} {}", error.message)))?;
    let photos = photos(record)
        .into_iter()
        .filter(|url| pictures.iter().any(|known| known == url));
    let draft = Draft::parse_imported(author, rating, (title, body), photos.map(str::to_owned).collect());
    let draft = draft.map_err(first)?;
    let reply = reviews::read_reply(reply).map_err(first)?;
    let known = STATES
        .iter()
        .find(|(_, names)| names.contains(&state.to_lowercase().as_str()));
    let (state, _) = known.ok_or_else(|| {
        (
            "state",
            format!("{state:?} is not known; use published, waiting or rejected"),
        )
    })?;
    let created_at = values::time(created_at).map_err(|reason| ("created at", reason))?;
    Ok(NewReview {
        product_id,
        email,
        draft,
        verified: truth(verified)?,
        state: *state,
        reply,
        created_at: created_at.unwrap_or(now).min(now),
    })
}

/// Review apps also name the way a purchase was proven.
fn truth(text: &str) -> Result<bool, (&'static str, String)> {
    let is_way = [
        "verified",
        "verified-purchase",
        "verified_buyer",
        "buyer",
        "verified_reviewer",
    ]
    .contains(&text);
    if is_way {
        Ok(true)
    } else {
        values::truth(text, false).map_err(|reason| ("verified", reason))
    }
}

/// What is wrong first, by its column.
fn first(invalid: kernel::Invalid) -> (&'static str, String) {
    match invalid.0.into_iter().next() {
        Some(error) => (column(&error.field), error.message),
        None => ("", String::new()),
    }
}

fn column(field: &str) -> &'static str {
    match field {
        "stars" => "rating",
        "author" => "author",
        "title" => "title",
        "photos" => "photos",
        "reply" => "reply",
        _ => "body",
    }
}
