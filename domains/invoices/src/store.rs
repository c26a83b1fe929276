//! All SQL of invoices.

use database::{Ctx, Error};
use kernel::{DocumentId, OrderId, RefundId, Time};
use sqlx::types::Json;

use crate::{Content, Document, DocumentKind, Party, Terms};

database::statements! {
    LIST_KEYS = "SELECT id::text FROM invoices.documents WHERE store_id = $1 AND order_id = ANY ($2)";
    FIND_TERMS = "SELECT legal_name, tax_numbers, note, invoice_prefix, credit_note_prefix, version \
        FROM invoices.terms WHERE store_id = $1";
    /// Compare and swap by version; version 0 is that of a store without a row.
    PUT_TERMS = "INSERT INTO invoices.terms AS terms \
            (store_id, legal_name, tax_numbers, note, invoice_prefix, credit_note_prefix, version) \
        SELECT $1, $2, $3, $4, $5, $6, 1 WHERE $7 = 0 OR EXISTS (SELECT FROM invoices.terms WHERE store_id = $1) \
        ON CONFLICT ON CONSTRAINT terms_pk DO UPDATE SET legal_name = EXCLUDED.legal_name, tax_numbers = EXCLUDED.tax_numbers, \
            note = EXCLUDED.note, invoice_prefix = EXCLUDED.invoice_prefix, credit_note_prefix = EXCLUDED.credit_note_prefix, \
            version = terms.version + 1 WHERE terms.version = $7";
    /// A prefix never ends in a digit, so what follows it is a number or another prefix's.
    IS_TAKEN = "SELECT EXISTS (SELECT FROM invoices.documents WHERE store_id = $1 AND kind = $2 \
        AND starts_with(number, $3) AND substr(number, length($3) + 1) ~ '^[0-9]+$')";
    INSERT = "INSERT INTO invoices.documents (store_id, id, kind, number, order_id, refund_id, locale, issued_at, buyer, content) \
        SELECT $1, n.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[], \
            $9::jsonb[], $10::jsonb[]) AS n (id, kind, number, order_id, refund_id, locale, issued_at, buyer, content)";
    FIND = "SELECT id, kind, number, order_id, refund_id, locale, issued_at, buyer, content FROM invoices.documents \
        WHERE store_id = $1 AND id = $2";
    /// Those that one transaction wrote have one prefix, so that their numbers order them.
    LIST_OF_ORDERS = "SELECT id, kind, number, order_id, refund_id, locale, issued_at, buyer, content FROM invoices.documents \
        WHERE store_id = $1 AND order_id = ANY ($2::uuid[]) ORDER BY order_id, refund_id IS NOT NULL, issued_at, length(number), number";
}

#[derive(sqlx::FromRow)]
struct TermsRow {
    legal_name: String,
    tax_numbers: Vec<String>,
    note: String,
    invoice_prefix: String,
    credit_note_prefix: String,
    version: i64,
}

pub(crate) async fn find_terms(ctx: &mut Ctx) -> Result<Option<Terms>, Error> {
    let sql = sqlx::query_as(FIND_TERMS).bind(ctx.store_id());
    let row: Option<TermsRow> = sql.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(|row| Terms {
        legal_name: row.legal_name,
        tax_numbers: row.tax_numbers,
        note: row.note,
        invoice_prefix: row.invoice_prefix,
        credit_note_prefix: row.credit_note_prefix,
        version: row.version,
    }))
}

/// Whether the terms were of that version.
pub(crate) async fn put_terms(ctx: &mut Ctx, terms: &Terms) -> Result<bool, Error> {
    let sql = sqlx::query(PUT_TERMS)
        .bind(ctx.store_id())
        .bind(&terms.legal_name)
        .bind(&terms.tax_numbers)
        .bind(&terms.note)
        .bind(&terms.invoice_prefix)
        .bind(&terms.credit_note_prefix)
        .bind(terms.version);
    Ok(sql.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// Whether a document of that kind has a number with that prefix.
pub(crate) async fn is_taken(ctx: &mut Ctx, kind: DocumentKind, prefix: &str) -> Result<bool, Error> {
    let sql = sqlx::query_scalar(IS_TAKEN)
        .bind(ctx.store_id())
        .bind(kind.as_str())
        .bind(prefix);
    Ok(sql.fetch_one(ctx.sql().await?).await?)
}

#[derive(sqlx::FromRow)]
struct DocumentRow {
    id: DocumentId,
    kind: String,
    number: String,
    order_id: OrderId,
    refund_id: Option<RefundId>,
    locale: String,
    issued_at: Time,
    buyer: Json<Party>,
    content: Json<Content>,
}

impl TryFrom<DocumentRow> for Document {
    type Error = Error;

    fn try_from(row: DocumentRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            kind: DocumentKind::parse(&row.kind).ok_or_else(|| Error::corrupt("documents.kind", &row.kind))?,
            number: row.number,
            order_id: row.order_id,
            refund_id: row.refund_id,
            locale: row
                .locale
                .parse()
                .map_err(|_unknown| Error::corrupt("documents.locale", &row.locale))?,
            issued_at: row.issued_at,
            buyer: row.buyer.0,
            content: row.content.0,
        })
    }
}

pub(crate) async fn insert_all(ctx: &mut Ctx, documents: &[Document]) -> Result<(), Error> {
    let sql = sqlx::query(INSERT)
        .bind(ctx.store_id())
        .bind(documents.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| one.number.as_str()).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| one.order_id).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| one.refund_id).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| one.locale.code()).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| one.issued_at).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| Json(&one.buyer)).collect::<Vec<_>>())
        .bind(documents.iter().map(|one| Json(&one.content)).collect::<Vec<_>>());
    sql.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find(ctx: &mut Ctx, id: DocumentId) -> Result<Option<Document>, Error> {
    let sql = sqlx::query_as::<_, DocumentRow>(FIND).bind(ctx.store_id()).bind(id);
    sql.fetch_optional(ctx.sql().await?)
        .await?
        .map(Document::try_from)
        .transpose()
}

pub(crate) async fn list_of_orders(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<Document>, Error> {
    let sql = sqlx::query_as::<_, DocumentRow>(LIST_OF_ORDERS)
        .bind(ctx.store_id())
        .bind(orders);
    let rows = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Document::try_from).collect()
}

/// The keys of the rows of orders' documents.
pub(crate) async fn list_keys(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<String>, Error> {
    let sql = sqlx::query_scalar(LIST_KEYS).bind(ctx.store_id()).bind(orders);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, super::STATEMENTS).await;
    }
}
