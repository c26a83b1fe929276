# Texts to telephones. The merchant can change them, so they name their facts as `{{ order }}`.
text-order-confirmed = { $store }: thank you for order { $order } over { $amount }. { $link }
text-shipped = { $store }: a parcel of order { $order } is on its way. { $tracking }
text-out-for-delivery = { $store }: a parcel of order { $order } comes today. { $tracking }
text-delivered = { $store }: a parcel of order { $order } has arrived.
text-refunded = { $store }: we refund { $amount } of order { $order }. { $link }
