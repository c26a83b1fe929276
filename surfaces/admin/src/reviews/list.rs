//! The queue of reviews, and what is decided about many at once.

use axum::http::StatusCode;
use catalog::Label;
use kernel::ProductId;
use reviews::{Chosen, DecideError, Decision, Queue, QueueFilter, QueueSort, Review};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Query, Staff, Visitor, can};

use super::{decide_problem, list_problem, read_chosen, write_chosen};
use crate::{
    forms::{Choice, Errors, choices},
    lists::{self, Rows},
};

/// How many characters of a text a row shows.
const EXCERPT: usize = 200;

/// What is looked at. Without a choice it is what waits.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct QueueQuery {
    /// A queue, or nothing for every review.
    queue: String,
    q: String,
    stars: String,
    sort: String,
    cursor: String,
    /// What was decided last, as forms hold reviews, parted by commas.
    decided: String,
    /// How many reviews were left as they are because they had been changed meanwhile.
    stale: String,
}

impl Default for QueueQuery {
    fn default() -> Self {
        Self {
            queue: Queue::Waiting.as_str().to_owned(),
            q: String::new(),
            stars: String::new(),
            sort: String::new(),
            cursor: String::new(),
            decided: String::new(),
            stale: String::new(),
        }
    }
}

impl QueueQuery {
    /// What cannot be read narrows nothing.
    fn filter(&self) -> QueueFilter {
        QueueFilter {
            queue: Queue::parse(&self.queue).unwrap_or(Queue::All),
            q: self.q.trim().to_owned(),
            stars: self.stars.parse().ok().filter(|stars| (1..=5).contains(stars)),
            product_id: None,
            sort: QueueSort::parse(&self.sort).unwrap_or(QueueSort::Oldest),
        }
    }

    /// The list again, with what was decided.
    fn address(&self, decided: &[Chosen], stale: usize) -> String {
        let decided: Vec<String> = decided.iter().map(write_chosen).collect();
        let stale = if stale == 0 { String::new() } else { stale.to_string() };
        // The queue is named even when it is every review, for no name is what waits.
        let rest = lists::address(
            "",
            &[
                ("q", self.q.clone()),
                ("stars", self.stars.clone()),
                ("sort", self.sort.clone()),
                ("decided", decided.join(",")),
                ("stale", stale),
            ],
        );
        let queue = Queue::parse(&self.queue).unwrap_or(Queue::All).as_str();
        format!("/admin/reviews?queue={queue}{}", rest.replacen('?', "&", 1))
    }
}

/// What is to become of the reviews that are ticked.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct DecideForm {
    chosen: Vec<String>,
    /// `approve`, `reject` or `undo`.
    decision: String,
    reason: String,
    queue: String,
    q: String,
    stars: String,
    sort: String,
}

impl Default for DecideForm {
    fn default() -> Self {
        let query = QueueQuery::default();
        Self {
            chosen: Vec::new(),
            decision: String::new(),
            reason: String::new(),
            queue: query.queue,
            q: query.q,
            stars: query.stars,
            sort: query.sort,
        }
    }
}

impl DecideForm {
    fn query(&self) -> QueueQuery {
        QueueQuery {
            queue: self.queue.clone(),
            q: self.q.clone(),
            stars: self.stars.clone(),
            sort: self.sort.clone(),
            ..QueueQuery::default()
        }
    }
}

#[derive(Serialize)]
struct QueueView {
    reviews: Rows<ReviewRow>,
    queues: Vec<Choice>,
    sorts: Vec<Choice>,
    query: QueueQuery,
    /// What was decided last and can be taken back.
    decided: Vec<String>,
    reason: String,
    errors: Errors,
}

#[derive(Serialize)]
struct ReviewRow {
    id: String,
    /// As the form holds it.
    value: String,
    chosen: bool,
    product: String,
    author: String,
    email: String,
    stars: i32,
    title: String,
    excerpt: String,
    photos: usize,
    state: &'static str,
    verified: bool,
    suspicions: Vec<&'static str>,
    reports: i64,
    written_at: String,
}

impl ReviewRow {
    fn of(review: Review, labels: &[Label], chosen: &[String]) -> Self {
        let value = write_chosen(&Chosen {
            id: review.id,
            version: review.version,
        });
        let label = labels.iter().find(|label| label.product_id == review.product_id);
        let mut excerpt: String = review.body.chars().take(EXCERPT).collect();
        if excerpt.len() < review.body.len() {
            excerpt.push('…');
        }
        Self {
            id: review.id.to_string(),
            chosen: chosen.contains(&value),
            value,
            product: label.map(|label| label.title.clone()).unwrap_or_default(),
            author: review.author,
            email: review.email.into_string(),
            stars: review.stars,
            title: review.title,
            excerpt,
            photos: review.photos.len(),
            state: review.state.as_str(),
            verified: review.verified,
            suspicions: review.suspicions.iter().map(|suspicion| suspicion.as_str()).collect(),
            reports: review.reports,
            written_at: review.created_at.to_rfc3339(),
        }
    }
}

pub(crate) async fn show(staff: Staff<can::ModerateReviews>, Query(query): Query<QueueQuery>) -> Answer {
    render(&staff, StatusCode::OK, query, DecideForm::default(), Errors::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, query: QueueQuery, form: DecideForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let page = reviews::list_queue(&mut ctx, &query.filter(), &lists::request(&query.cursor))
        .await
        .map_err(list_problem)?;
    let ids: Vec<ProductId> = page.items.iter().map(|review| review.product_id).collect();
    let labels = catalog::labels(&mut ctx, &ids, &[]).await?;
    ctx.rollback().await;
    let queues = Queue::ALL
        .iter()
        .map(|queue| queue.as_str())
        .filter(|name| !name.is_empty());
    let decided = query.decided.split(',').filter(|text| read_chosen(text).is_some());
    let view = QueueView {
        reviews: Rows::new(page, &query.cursor, |review| {
            ReviewRow::of(review, &labels, &form.chosen)
        }),
        queues: choices(visitor, "admin-review-queue", queues),
        sorts: choices(
            visitor,
            "admin-review-sort",
            QueueSort::ALL.iter().map(|sort| sort.as_str()),
        ),
        decided: decided.map(str::to_owned).collect(),
        reason: form.reason,
        query,
        errors,
    };
    visitor.page_with_status(status, "admin/reviews/list.html", &view)
}

/// Decides about what is ticked and was not changed meanwhile; the rest is left as it is, and counted.
pub(crate) async fn decide(
    staff: Staff<can::ModerateReviews>,
    OnceForm { form, request }: OnceForm<DecideForm>,
) -> Answer {
    let query = form.query();
    let mut chosen: Vec<Chosen> = form.chosen.iter().filter_map(|text| read_chosen(text)).collect();
    chosen.truncate(usize::from(kernel::PageRequest::MAX));
    if chosen.is_empty() {
        let errors = Errors::one(&staff, "chosen", "choose_reviews", "choose some reviews");
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, query, form, errors).await;
    }
    let written = web::write_form(&staff, &request, async |ctx| {
        let decided = match form.decision.as_str() {
            "undo" => reviews::undo(ctx, &chosen).await?,
            "reject" => {
                let reason = form.reason.clone();
                reviews::decide(ctx, &chosen, &Decision::Reject { reason }).await?
            }
            _ => reviews::decide(ctx, &chosen, &Decision::Approve).await?,
        };
        let stale = decided.stale.len();
        Ok::<_, DecideError>(if form.decision == "undo" {
            Done::to(query.address(&[], stale)).saying("admin-flash-review-undone")
        } else {
            Done::to(query.address(&decided.done, stale))
        })
    });
    match written.await? {
        Ok(response) => Ok(response),
        Err(DecideError::Invalid(invalid)) => {
            let errors = Errors::of(&staff, invalid);
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, query, form, errors).await
        }
        Err(error) => Err(decide_problem(error)),
    }
}
