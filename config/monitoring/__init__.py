"""What a load balancer and a monitoring system ask: alive? ready? and the figures."""
