//! What was answered to a request with an Idempotency-Key: the same key with the same request gets the same answer.
//!
//! `begin` runs in the first transaction of the request, `finish` in its last; for a plain mutation both are the same
//! transaction. A key whose request crashed becomes free when its lease ends. Whoever does everything in one transaction may
//! also look first and write the key once, with its answer: `look_all` and `keep_all`.

use std::collections::HashMap;

use chrono::TimeDelta;
use kernel::Time;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Ctx, Error, InTransaction, Together, Work};

/// A request that must not take effect twice.
#[derive(Debug, Clone)]
pub struct Request {
    /// What the key is for, such as the route and, where there is one, the cart; keys of different scopes do not meet.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
}

impl Request {
    /// What tells its key from other keys, whatever was asked with it.
    pub fn subject(&self) -> Uuid {
        let mut hasher = Sha256::new();
        hasher.update(u64::try_from(self.scope.len()).unwrap_or_default().to_le_bytes());
        hasher.update(self.scope.as_bytes());
        hasher.update(self.key.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        digest.first_chunk().copied().map(Uuid::from_bytes).unwrap_or_default()
    }
}

/// An answer worth repeating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content-Type of the body.
    pub content_type: String,
    /// Location header, empty for none.
    pub location: String,
    /// The other headers that belong to it, one a line as they are sent.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// The request is new and now runs.
    Fresh,
    /// It was answered before.
    Replay(Answer),
    /// It runs at this moment.
    InFlight,
    /// The key was used for another request.
    Mismatch,
}

/// How long a request may run before its key is free again.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

crate::statements! {
    /// In the order of the keys, so that two transactions never wait for each other. Keys that are known are not locked: whoever
    /// claims them goes on to lock other things, and who keeps an answer under one has locked those already.
    CLAIM = "INSERT INTO platform.idempotency_records (store_id, scope, key, fingerprint, leased_until, created_at) \
         SELECT $1, n.scope, n.key, n.fingerprint, $5, $6 FROM unnest($2::text[], $3::text[], $4::bytea[]) AS n (scope, key, fingerprint) \
         ORDER BY n.scope, n.key ON CONFLICT ON CONSTRAINT idempotency_records_pk DO NOTHING RETURNING scope, key";
    /// Keys whose requests crashed.
    CLAIM_AGAIN = "WITH crashed AS ( \
            SELECT r.scope, r.key FROM unnest($2::text[], $3::text[]) AS n (scope, key) \
            JOIN platform.idempotency_records r ON r.store_id = $1 AND r.scope = n.scope AND r.key = n.key \
            WHERE r.status IS NULL AND r.leased_until < $5 ORDER BY r.scope, r.key FOR UPDATE OF r \
        ) UPDATE platform.idempotency_records r SET leased_until = $4 FROM crashed \
        WHERE r.store_id = $1 AND r.scope = crashed.scope AND r.key = crashed.key AND r.status IS NULL AND r.leased_until < $5 \
        RETURNING r.scope, r.key";
    LIST = "SELECT own.* FROM unnest($2::text[], $3::text[]) AS n (scope, key) CROSS JOIN LATERAL ( \
             SELECT r.scope, r.key, r.fingerprint, r.leased_until, r.status, r.content_type, r.location, r.headers, r.body FROM platform.idempotency_records r \
             WHERE r.store_id = $1 AND r.scope = n.scope AND r.key = n.key OFFSET 0) AS own";
    /// Keys with their answers, and those without one, which are forgotten unless somebody has answered them. They are locked in
    /// the order in which they are claimed, so that two transactions never wait for each other.
    END = "WITH ended AS ( \
            SELECT n.* FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bytea[]) \
                AS n (scope, key, status, content_type, location, headers, body) \
            JOIN platform.idempotency_records r ON r.store_id = $1 AND r.scope = n.scope AND r.key = n.key \
            ORDER BY n.scope, n.key FOR UPDATE OF r \
        ), forgotten AS ( \
            DELETE FROM platform.idempotency_records r USING ended \
            WHERE r.store_id = $1 AND r.scope = ended.scope AND r.key = ended.key AND ended.status IS NULL AND r.status IS NULL \
        ) UPDATE platform.idempotency_records r \
        SET status = ended.status, content_type = ended.content_type, location = ended.location, headers = ended.headers, \
            body = ended.body \
        FROM ended WHERE r.store_id = $1 AND r.scope = ended.scope AND r.key = ended.key AND ended.status IS NOT NULL";
    /// The same when all of them have answers: each is found by its key, whatever is known of the table.
    KEEP = "INSERT INTO platform.idempotency_records \
            (store_id, scope, key, status, content_type, location, headers, body, fingerprint, leased_until, created_at) \
        SELECT $1, n.*, $10, $10 FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[]) \
            AS n (scope, key, status, content_type, location, headers, body, fingerprint) ORDER BY n.scope, n.key \
        ON CONFLICT ON CONSTRAINT idempotency_records_pk DO UPDATE SET status = EXCLUDED.status, \
            content_type = EXCLUDED.content_type, location = EXCLUDED.location, headers = EXCLUDED.headers, body = EXCLUDED.body";
    /// Answers under keys that nobody has claimed, in the order in which keys are claimed.
    KEEP_NEW = "INSERT INTO platform.idempotency_records \
            (store_id, scope, key, status, content_type, location, headers, body, fingerprint, leased_until, created_at) \
        SELECT $1, n.*, $10, $10 FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[]) \
            AS n (scope, key, status, content_type, location, headers, body, fingerprint) ORDER BY n.scope, n.key \
        ON CONFLICT ON CONSTRAINT idempotency_records_pk DO NOTHING";
    DELETE_OLD = "DELETE FROM platform.idempotency_records WHERE store_id = $1 AND created_at < $2";
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    scope: String,
    key: String,
    fingerprint: Vec<u8>,
    leased_until: Time,
    status: Option<i32>,
    content_type: Option<String>,
    location: Option<String>,
    headers: String,
    body: Option<Vec<u8>>,
}

/// Claims the key, or tells what came of it before. Two requests with one key: the second waits for the first
/// transaction and then sees what it left.
pub async fn begin(ctx: &mut Ctx, request: &Request) -> Result<Begin, Error> {
    let begun = begin_all(ctx, std::slice::from_ref(request)).await?;
    Ok(begun.into_iter().next().unwrap_or(Begin::InFlight))
}

/// What is known of a key, without claiming it.
pub async fn look(ctx: &mut Ctx, request: &Request) -> Result<Begin, Error> {
    let known = look_all(ctx, std::slice::from_ref(request)).await?;
    Ok(known.into_iter().next().unwrap_or(Begin::Fresh))
}

/// The same for several requests, with one statement. The answers are in the order of the requests.
pub async fn look_all(ctx: &mut Ctx, requests: &[Request]) -> Result<Vec<Begin>, Error> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let (scopes, keys) = scopes_and_keys(requests);
    let rows = list(ctx, &scopes, &keys).await?.into_iter();
    let mut known: HashMap<_, _> = rows.map(|row| ((row.scope.clone(), row.key.clone()), row)).collect();
    let looked = requests.iter().zip(scopes.into_iter().zip(keys));
    looked
        .map(|(request, at)| match known.remove(&at) {
            Some(row) => row.begun(request),
            None => Ok(Begin::Fresh),
        })
        .collect()
}

async fn list(ctx: &mut Ctx, scopes: &[String], keys: &[String]) -> Result<Vec<RecordRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST)
        .bind(store_id)
        .bind(scopes)
        .bind(keys)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// [`begin`] for several requests, no two of which have the same key, with one statement, one more when some of the keys
/// were used before, and a third when some of their requests crashed. The answers are in the order of the requests.
pub async fn begin_all(ctx: &mut Ctx, requests: &[Request]) -> Result<Vec<Begin>, Error> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let (scopes, keys) = scopes_and_keys(requests);
    let claimed: Vec<(String, String)> = sqlx::query_as(CLAIM)
        .bind(store_id)
        .bind(&scopes)
        .bind(&keys)
        .bind(
            requests
                .iter()
                .map(|one| one.fingerprint.as_slice())
                .collect::<Vec<_>>(),
        )
        .bind(now + LEASE)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut known: HashMap<(String, String), Option<RecordRow>> =
        claimed.into_iter().map(|claimed| (claimed, None)).collect();
    if known.len() < requests.len() {
        for row in list(ctx, &scopes, &keys).await? {
            known.entry((row.scope.clone(), row.key.clone())).or_insert(Some(row));
        }
        claim_again(ctx, requests, &mut known).await?;
    }
    let begun = requests.iter().zip(scopes.into_iter().zip(keys));
    begun
        .map(|(request, at)| match known.remove(&at) {
            Some(None) => Ok(Begin::Fresh),
            Some(Some(row)) => row.begun(request),
            // Whoever had it has just given it up.
            None => Ok(Begin::InFlight),
        })
        .collect()
}

/// Claims keys whose requests crashed, where the same is asked again.
async fn claim_again(
    ctx: &mut Ctx,
    requests: &[Request],
    known: &mut HashMap<(String, String), Option<RecordRow>>,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let is_crashed = |request: &&Request| {
        let row = known.get(&(request.scope.clone(), request.key.clone()));
        row.and_then(Option::as_ref)
            .is_some_and(|row| row.status.is_none() && row.leased_until < now && row.fingerprint == request.fingerprint)
    };
    let (scopes, keys): (Vec<&str>, Vec<&str>) = requests
        .iter()
        .filter(is_crashed)
        .map(|one| (one.scope.as_str(), one.key.as_str()))
        .unzip();
    if scopes.is_empty() {
        return Ok(());
    }
    let claimed: Vec<(String, String)> = sqlx::query_as(CLAIM_AGAIN)
        .bind(store_id)
        .bind(scopes)
        .bind(keys)
        .bind(now + LEASE)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?;
    known.extend(claimed.into_iter().map(|claimed| (claimed, None)));
    Ok(())
}

impl RecordRow {
    fn begun(self, request: &Request) -> Result<Begin, Error> {
        if self.fingerprint != request.fingerprint {
            return Ok(Begin::Mismatch);
        }
        Ok(match self.status {
            None => Begin::InFlight,
            Some(status) => Begin::Replay(Answer {
                status: u16::try_from(status)
                    .map_err(|_e| Error::corrupt("idempotency_records.status", status.to_string()))?,
                content_type: self.content_type.unwrap_or_default(),
                location: self.location.unwrap_or_default(),
                headers: self.headers,
                body: self.body.unwrap_or_default(),
            }),
        })
    }
}

fn scopes_and_keys(requests: &[Request]) -> (Vec<String>, Vec<String>) {
    let both = requests.iter().map(|one| (one.scope.clone(), one.key.clone()));
    both.unzip()
}

/// Keeps the answer for the next request with the same key.
pub async fn finish(ctx: &mut Ctx, request: &Request, answer: &Answer) -> Result<(), Error> {
    end_all(ctx, &[(request, Some(answer))]).await
}

/// Keeps the answers for the next requests with the same keys. Without an answer the request had no effect: its key is free
/// again, so that its caller may try once more.
pub async fn end_all(ctx: &mut Ctx, ends: &[(&Request, Option<&Answer>)]) -> Result<(), Error> {
    if ends.is_empty() {
        return Ok(());
    }
    let all_kept = ends.iter().all(|(_, answer)| answer.is_some());
    write(ctx, if all_kept { KEEP } else { END }, ends, all_kept).await?;
    Ok(())
}

/// Keeps the answers to requests that did everything in this transaction and claimed no keys. `false`: somebody else has
/// answered under one of the keys meanwhile, and this transaction has to be undone.
pub async fn keep_all(ctx: &mut Ctx, kept: &[(&Request, &Answer)]) -> Result<bool, Error> {
    if kept.is_empty() {
        return Ok(true);
    }
    let ends: Vec<_> = kept.iter().map(|(request, answer)| (*request, Some(*answer))).collect();
    Ok(usize::try_from(write(ctx, KEEP_NEW, &ends, true).await?) == Ok(kept.len()))
}

/// How many rows a statement writes of keys and answers. Only those that keep all of them insert.
async fn write(
    ctx: &mut Ctx,
    sql: &'static str,
    ends: &[(&Request, Option<&Answer>)],
    inserts: bool,
) -> Result<u64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let requests = ends.iter().map(|(request, _)| *request);
    let answers = ends.iter().map(|(_, answer)| *answer);
    let texts = |f: fn(&Answer) -> &str| answers.clone().map(|answer| answer.map(f)).collect::<Vec<_>>();
    let statuses = answers
        .clone()
        .map(|answer| answer.map(|answer| i32::from(answer.status)));
    let bodies = answers
        .clone()
        .map(|answer| answer.map(|answer| answer.body.as_slice()));
    let mut query = sqlx::query(sql)
        .bind(store_id)
        .bind(requests.clone().map(|one| one.scope.as_str()).collect::<Vec<_>>())
        .bind(requests.clone().map(|one| one.key.as_str()).collect::<Vec<_>>())
        .bind(statuses.collect::<Vec<_>>())
        .bind(texts(|answer| &answer.content_type))
        .bind(texts(|answer| &answer.location))
        .bind(texts(|answer| &answer.headers))
        .bind(bodies.collect::<Vec<_>>());
    if inserts {
        let fingerprints = requests.map(|one| one.fingerprint.as_slice());
        query = query.bind(fingerprints.collect::<Vec<_>>()).bind(now);
    }
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

/// Deletes answers older than two days.
pub async fn delete_old(ctx: &mut Ctx) -> Result<u64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let deleted = sqlx::query(DELETE_OLD)
        .bind(store_id)
        .bind(now - TimeDelta::days(2))
        .execute(ctx.sql().await?)
        .await?;
    Ok(deleted.rows_affected())
}

#[derive(Clone)]
struct Beginning(Request);

impl Together for Beginning {
    type Done = Begin;
    type Error = Error;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.0.subject()]
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<Begin, Error>>, Error> {
        Box::pin(async move {
            let requests: Vec<Request> = batch.iter().map(|one| one.0.clone()).collect();
            Ok(begin_all(ctx, &requests).await?.into_iter().map(Ok).collect())
        })
    }
}

/// Claims the key of a flow in a transaction of its own, or together with others who begin.
pub async fn begin_flow(work: &Work, request: &Request) -> Result<Begin, Error> {
    work.together(Beginning(request.clone())).await
}

#[derive(Clone)]
struct Ending {
    request: Request,
    answer: Option<Answer>,
}

impl Together for Ending {
    type Done = ();
    type Error = Error;

    const NAMES_ITS_SHOPPER: bool = true;

    fn subjects(&self) -> Vec<Uuid> {
        vec![self.request.subject()]
    }

    fn run<'a>(ctx: &'a mut Ctx, batch: &'a [Self]) -> InTransaction<'a, Vec<Result<(), Error>>, Error> {
        Box::pin(async move {
            let ends = batch.iter().map(|one| (&one.request, one.answer.as_ref()));
            end_all(ctx, &ends.collect::<Vec<_>>()).await?;
            Ok(batch.iter().map(|_| Ok(())).collect())
        })
    }
}

/// Keeps the answer of a flow, or frees its key when there is none, in a transaction of its own or together with others.
pub async fn end_flow(work: &Work, request: &Request, answer: Option<Answer>) -> Result<(), Error> {
    let request = request.clone();
    work.together(Ending { request, answer }).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestDatabase, prepare_all};

    fn request(key: &str, fingerprint: u8) -> Request {
        Request {
            scope: "POST /things guest".to_owned(),
            key: key.to_owned(),
            fingerprint: [fingerprint; 32],
        }
    }

    #[tokio::test]
    async fn every_statement_is_understood_by_postgresql() {
        prepare_all(&TestDatabase::new().await, STATEMENTS).await;
    }

    #[tokio::test]
    async fn who_only_looked_learns_that_somebody_was_quicker() {
        let db = TestDatabase::new().await;
        let work = db.work();
        let answer = |word: &str| Answer {
            status: 201,
            content_type: "text/plain".to_owned(),
            location: String::new(),
            headers: "etag: \"1\"".to_owned(),
            body: word.as_bytes().to_vec(),
        };
        let (one, both) = (request("b", 1), [request("a", 1), request("b", 1)]);
        let mut slow = work.write();
        assert_eq!(look_all(&mut slow, &both).await.unwrap(), [Begin::Fresh, Begin::Fresh]);
        let mut quick = work.write();
        let kept = [(&one, &answer("quick"))];
        assert!(keep_all(&mut quick, &kept).await.unwrap());
        quick.commit().await.unwrap();
        let answers = [answer("slow"), answer("slow")];
        let kept: Vec<_> = both.iter().zip(&answers).collect();
        assert!(!keep_all(&mut slow, &kept).await.unwrap());
        slow.rollback().await;
        let known = look_all(&mut work.read(), &both).await.unwrap();
        assert_eq!(known, [Begin::Fresh, Begin::Replay(answer("quick"))]);
    }

    #[tokio::test]
    async fn keys_of_a_batch_are_each_answered_as_they_would_be_alone() {
        let db = TestDatabase::new().await;
        let work = db.work();
        let answer = |status| Answer {
            status,
            content_type: "text/plain".to_owned(),
            location: "/there".to_owned(),
            headers: "etag: \"2\"\ncache-control: no-store".to_owned(),
            body: vec![1, 2, 3],
        };
        let (kept, running) = (request("kept", 1), request("running", 1));
        for request in [&kept, &running] {
            assert_eq!(begin_flow(&work, request).await.unwrap(), Begin::Fresh);
        }
        end_flow(&work, &kept, Some(answer(201))).await.unwrap();
        let mut ctx = work.write();
        let again = [
            request("new", 1),
            running.clone(),
            request("other", 2),
            kept.clone(),
            Request {
                fingerprint: [9; 32],
                ..running.clone()
            },
        ];
        let begun = begin_all(&mut ctx, &again[..4]).await.unwrap();
        let replay = Begin::Replay(answer(201));
        assert_eq!(begun, [Begin::Fresh, Begin::InFlight, Begin::Fresh, replay]);
        assert_eq!(begin_all(&mut ctx, &again[4..]).await.unwrap(), [Begin::Mismatch]);
        let (made, missing) = (answer(200), answer(404));
        let ends = [
            (&running, None),
            (&again[2], Some(&missing)),
            (&kept, None),
            (&again[0], Some(&made)),
        ];
        end_all(&mut ctx, &ends).await.unwrap();
        let after = begin_all(&mut ctx, &again[..4]).await.unwrap();
        let replays = [200, 404, 201].map(|status| Begin::Replay(answer(status)));
        let [new, other, kept] = replays;
        assert_eq!(
            after,
            [new, Begin::Fresh, other, kept],
            "what was answered is not forgotten"
        );
        let changed = [(&again[0], Some(&missing)), (&again[3], Some(&made))];
        end_all(&mut ctx, &changed).await.unwrap();
        let asked = [again[0].clone(), again[3].clone()];
        let replays = [404, 200].map(|status| Begin::Replay(answer(status)));
        assert_eq!(begin_all(&mut ctx, &asked).await.unwrap(), replays);
        assert_ne!(again[0].subject(), again[2].subject());
        assert_eq!(again[1].subject(), again[4].subject());
    }

    #[tokio::test]
    async fn a_key_whose_request_crashed_is_claimed_again_when_its_lease_ends() {
        let db = TestDatabase::new().await;
        let work = db.work();
        let (crashed, other) = (request("crashed", 1), request("crashed", 2));
        assert_eq!(begin_flow(&work, &crashed).await.unwrap(), Begin::Fresh);
        db.clock().advance(LEASE);
        assert_eq!(begin_flow(&work, &crashed).await.unwrap(), Begin::InFlight);
        db.clock().advance(TimeDelta::seconds(1));
        assert_eq!(begin_flow(&work, &other).await.unwrap(), Begin::Mismatch);
        let mut ctx = work.write();
        let begun = begin_all(&mut ctx, &[request("new", 1), crashed.clone()])
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(begun, [Begin::Fresh, Begin::Fresh]);
        assert_eq!(begin_flow(&work, &crashed).await.unwrap(), Begin::InFlight);
    }

    #[tokio::test]
    async fn who_meets_a_key_that_is_known_holds_up_nobody_who_answers_it() {
        let db = TestDatabase::new().await;
        let work = db.work();
        let key = request("known", 1);
        assert_eq!(begin_flow(&work, &key).await.unwrap(), Begin::Fresh);
        let mut meeting = work.write();
        let met = begin(&mut meeting, &key).await.unwrap();
        assert_eq!(met, Begin::InFlight);
        let answer = Answer {
            status: 200,
            content_type: String::new(),
            location: String::new(),
            headers: String::new(),
            body: Vec::new(),
        };
        let mut answering = work.write();
        sqlx::query("SET LOCAL lock_timeout = '1s'")
            .execute(answering.sql().await.unwrap())
            .await
            .unwrap();
        finish(&mut answering, &key, &answer).await.unwrap();
        answering.commit().await.unwrap();
        meeting.commit().await.unwrap();
        assert_eq!(begin_flow(&work, &key).await.unwrap(), Begin::Replay(answer));
    }
}
