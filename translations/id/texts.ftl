# Pesan ke telepon. Penjual dapat mengubahnya, jadi faktanya disebut seperti `{{ order }}`.
text-order-confirmed = { $store }: terima kasih atas pesanan { $order } senilai { $amount }. { $link }
text-shipped = { $store }: paket dari pesanan { $order } sedang dalam perjalanan. { $tracking }
text-out-for-delivery = { $store }: paket dari pesanan { $order } tiba hari ini. { $tracking }
text-delivered = { $store }: paket dari pesanan { $order } sudah tiba.
text-refunded = { $store }: kami mengembalikan { $amount } dari pesanan { $order }. { $link }
