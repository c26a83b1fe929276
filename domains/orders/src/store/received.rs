//! Products that reached their buyers.

use database::{Ctx, Error};
use kernel::{CustomerId, OrderId, ProductId};

database::statements! {
    LIST = "SELECT DISTINCT l.product_id FROM orders.orders o JOIN orders.lines l ON l.store_id = o.store_id AND l.order_id = o.id \
        WHERE o.store_id = $1 AND (o.customer_id = $2 OR o.id = $3) AND l.product_id = ANY ($4) AND ( \
            o.status = 'delivered' \
            OR (NOT l.requires_shipping AND o.payment_status IN ('paid', 'partially_refunded')) \
            OR EXISTS (SELECT FROM orders.fulfilment_lines fl JOIN orders.fulfilments f \
                ON f.store_id = fl.store_id AND f.id = fl.fulfilment_id \
                WHERE fl.store_id = l.store_id AND fl.order_line_id = l.id \
                AND f.state IN ('in_transit', 'out_for_delivery', 'delivered'))) \
        ORDER BY l.product_id";
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    customer: Option<CustomerId>,
    order: Option<OrderId>,
    products: &[ProductId],
) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_scalar(LIST).bind(store_id).bind(customer).bind(order);
    Ok(sql.bind(products).fetch_all(ctx.sql().await?).await?)
}
