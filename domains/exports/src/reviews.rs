//! Reviews: a row or a JSON line each. An import takes both back.

use catalog::Label;
use database::Ctx;
use kernel::{ProductId, ReviewId, Time};
use reviews::Review;
use serde::Serialize;

use crate::{
    ExportError, Format,
    sheet::{Row, moment},
};

const PAGE: i64 = 500;
const COLUMNS: &[&str] = &[
    "Handle",
    "Rating",
    "Title",
    "Body",
    "Author",
    "Email",
    "Created at",
    "Verified",
    "State",
    "Reply",
    "Photos",
];

/// How far the file is.
#[derive(Debug)]
pub(crate) struct Reviews {
    format: Format,
    begun: bool,
    after: Option<(Time, ReviewId)>,
    ended: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    handle: &'a str,
    rating: i32,
    title: &'a str,
    body: &'a str,
    author: &'a str,
    email: &'a str,
    created_at: String,
    verified: bool,
    state: &'static str,
    reply: &'a str,
    photos: &'a [String],
}

impl Reviews {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            begun: false,
            after: None,
            ended: false,
        }
    }

    /// The next piece of the file.
    pub(crate) async fn next(&mut self, ctx: &mut Ctx) -> Result<Option<Vec<u8>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.begun, true) && self.format == Format::Csv {
            Row::new(&mut out).texts(COLUMNS.iter().copied()).end();
        }
        let page = reviews::list_whole(ctx, self.after, PAGE).await?;
        let Some(last) = page.last() else {
            self.ended = true;
            return Ok(Some(out));
        };
        self.after = Some((last.created_at, last.id));
        let ids: Vec<ProductId> = page.iter().map(|review| review.product_id).collect();
        let labels = catalog::labels(ctx, &ids, &[]).await?;
        for review in &page {
            let handle = handle(&labels, review.product_id);
            match self.format {
                Format::Jsonl => write_line(&mut out, handle, review)?,
                Format::Csv | Format::Shopify | Format::WooCommerce => write_row(&mut out, handle, review),
            }
        }
        Ok(Some(out))
    }
}

fn handle(labels: &[Label], id: ProductId) -> &str {
    let label = labels.iter().find(|label| label.product_id == id);
    label.map(|label| label.typed.as_str()).unwrap_or_default()
}

fn write_row(out: &mut Vec<u8>, handle: &str, review: &Review) {
    Row::new(out)
        .text(handle)
        .number(Some(i64::from(review.stars)))
        .text(&review.title)
        .text(&review.body)
        .text(&review.author)
        .text(review.email.as_str())
        .time(Some(review.created_at))
        .either(review.verified, "yes", "no")
        .text(review.state.as_str())
        .text(&review.reply)
        .text(&review.photos.join(" "))
        .end();
}

fn write_line(out: &mut Vec<u8>, handle: &str, review: &Review) -> Result<(), database::Error> {
    let line = Line {
        handle,
        rating: review.stars,
        title: &review.title,
        body: &review.body,
        author: &review.author,
        email: review.email.as_str(),
        created_at: moment(review.created_at),
        verified: review.verified,
        state: review.state.as_str(),
        reply: &review.reply,
        photos: &review.photos,
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.push(b'\n');
    Ok(())
}
