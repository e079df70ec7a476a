"""What an event came to: sold, admitted, inside, no-shows, arrivals, money, devices at work."""
